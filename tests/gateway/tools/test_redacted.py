from dataclasses import replace

from gateway.tools.redacted import newly_redacted
from recorder.redaction import Redactor
from tests.gateway.tools.cassettes import answer


def test_it_tells_what_is_new():
    came = replace(answer(), facts={})
    came = replace(came, request=replace(came.request, headers=(("x-api-key", "stand-in"), ("cookie", "a=b"))))
    stored = Redactor().interaction(came)
    assert newly_redacted(came, stored) == (0, {"x-api-key", "cookie"})
    assert newly_redacted(stored, Redactor().interaction(stored)) == (0, set())


def test_it_counts_places_and_believes_no_odd_facts():
    before = replace(answer(), facts={"redacted": 2, "withheld": "cookie"})
    after = replace(before, facts={"redacted": 5, "withheld": "cookie,x-api-key"})
    assert newly_redacted(before, after) == (3, {"x-api-key"})
    assert newly_redacted(replace(before, facts={"redacted": "many"}), after) == (5, {"cookie", "x-api-key"})
