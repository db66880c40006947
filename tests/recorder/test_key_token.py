import re

import pytest

from recorder.interaction import Headers, Request
from recorder.key_token import KEY_HEADER, carries, token_in, token_of, with_token
from recorder.redaction import Redactor

KEY = "sk-" + "ant-" + "a1b2" * 10
OTHER = "sk-" + "ant-" + "c3d4" * 10
DUMMY = "tokentape-replay-needs-no-key"


def asked(*headers: tuple[str, str], target: str = "/v1/chat") -> Request:
    return Request("acme", "POST", target, headers, b"{}")


def test_one_key_has_one_token_wherever_it_is_carried() -> None:
    carriers = [
        asked(("X-Api-Key", KEY)),
        asked(("Authorization", f"Bearer {KEY}")),
        asked(("authorization", f"bearer {KEY}"), ("x-api-key", KEY)),
        asked(target=f"/v1/chat?key={KEY}"),
    ]
    (token,) = {token_of(request) for request in carriers}
    assert token is not None
    assert re.fullmatch("[0-9a-f]{8}", token)
    assert token_of(asked(("X-Api-Key", OTHER))) != token


@pytest.mark.parametrize("headers", [(), (("authorization", f"Bearer {DUMMY}"),), (("x-api-key", ""),)], ids=str)
def test_no_key_has_no_token(headers: Headers) -> None:
    assert token_of(asked(*headers)) is None


def test_a_token_stays_the_same_over_releases() -> None:
    # It is stored in cassettes: whoever changes this makes all keys other keys.
    assert token_of(asked(("x-api-key", "abcdefgh-1234567890"))) == "6980e9a3"


def test_a_request_is_stored_with_its_token_only_if_that_is_wanted() -> None:
    request = asked(("x-api-key", KEY), ("accept", "*/*"))
    assert Redactor().request(request).headers == (("accept", "*/*"),)
    stored = Redactor(key_token=True).request(request)
    assert stored.headers == (("accept", "*/*"), (KEY_HEADER, token_of(request)))
    assert KEY not in str(stored)


def test_what_is_redacted_again_keeps_its_token() -> None:
    stored = Redactor(key_token=True).request(asked(("x-api-key", KEY)))
    for again in (Redactor(), Redactor(key_token=True)):
        assert again.request(stored) == stored


def test_a_token_takes_the_place_of_another() -> None:
    headers = with_token(with_token((("a", "b"),), "11111111"), "22222222")
    assert headers == (("a", "b"), (KEY_HEADER, "22222222"))
    assert token_in(headers) == "22222222"
    assert token_in((("a", "b"),)) is None
    assert with_token(headers, None) is headers


def test_a_stand_in_is_found_wherever_a_key_may_be() -> None:
    assert carries(asked(("Authorization", f"Bearer {DUMMY}")), DUMMY)
    assert carries(asked(target=f"/v1/chat?key={DUMMY}"), DUMMY)
    assert not carries(asked(("Authorization", f"Bearer {KEY}")), DUMMY)
