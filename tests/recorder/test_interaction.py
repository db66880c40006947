"""The values: frozen, comparable, and with the few questions that everybody asks of them."""

from dataclasses import FrozenInstanceError

import pytest

from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/v1/messages", "/v1/messages", ""),
        ("/v1/messages?beta=true", "/v1/messages", "beta=true"),
        ("/a?b=c?d", "/a", "b=c?d"),
        ("/%2e%2e/a%3Fb?", "/%2e%2e/a%3Fb", ""),
    ],
)
def test_a_target_is_taken_apart_but_never_decoded(target, path, query):
    request = Request("provider", "GET", target)
    assert (request.path, request.query) == (path, query)


def test_a_header_is_found_whatever_its_spelling_and_the_first_one_counts():
    headers = (("Retry-After", "2"), ("retry-after", "3"))
    for message in (Response(200, headers), Request("provider", "GET", "/", headers)):
        assert message.header("retry-after") == "2"
        assert message.header("content-length") is None


def test_the_body_is_the_chunks_joined():
    chunks = (Chunk(1, b"hel"), Chunk(2, b""), Chunk(3, b"lo"))
    interaction = Interaction(Request("p", "GET", "/"), Response(200), 1, chunks, COMPLETE, 3)
    assert interaction.body == b"hello"


def test_values_are_frozen():
    for value, name in [
        (Request("p", "GET", "/"), "body"),
        (Response(200), "status"),
        (COMPLETE, "kind"),
        (Interaction(Request("p", "GET", "/"), Response(200), 0, (), COMPLETE, 0), "end"),
    ]:
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, None)
