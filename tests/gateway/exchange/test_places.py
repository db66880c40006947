"""URLs to upstreams and back."""

import pytest

from gateway.exchange.places import Places

PLACES = Places(
    (
        ("plain", "https://api.example.com"),
        ("deep", "https://api.example.com/openai/v1"),
        ("local", "http://127.0.0.1:8000/"),
        ("again", "http://127.0.0.1:8000"),
        ("old", "https://old.example"),
        ("old", "https://new.example"),
    )
)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://api.example.com/v1/x?a=%20&b", ("plain", "/v1/x?a=%20&b")),
        ("https://API.example.com:443/v1/x#part", ("plain", "/v1/x")),
        ("https://me:secret@api.example.com", ("plain", "/")),
        ("https://api.example.com?a=1", ("plain", "/?a=1")),
        ("https://api.example.com/openai/v1/chat", ("deep", "/chat")),
        ("https://api.example.com/openai/v1", ("deep", "/")),
        ("https://api.example.com/openai/v10", ("plain", "/openai/v10")),
        ("http://127.0.0.1:8000/é y", ("again", "/%C3%A9%20y")),
        ("https://old.example/x", ("old", "/x")),
        ("https://new.example/x", ("old", "/x")),
        ("http://api.example.com/", None),
        ("https://api.example.com:444/", None),
        ("https://other.example/", None),
        ("http://[::1", None),
        ("", None),
    ],
)
def test_a_url_belongs_to_an_upstream(url, place):
    assert PLACES.find(url) == place


def test_and_back():
    assert PLACES.url("plain", "/v1/x?a=%20") == "https://api.example.com/v1/x?a=%20"
    assert PLACES.url("old", "/x") == "https://new.example/x"
    assert PLACES.url("local", "/x") == "http://127.0.0.1:8000/x"
    assert PLACES.url("no one/knows", "/x") == "https://no%20one%2Fknows.invalid/x"


def test_the_place_of_a_url_for_a_message_holds_no_secret():
    remedy = "is no upstream (--upstream NAME=URL makes it one)"
    assert PLACES.unknown("https://me:secret@other.example:444/x?key=secret") == f"https://other.example:444 {remedy}"
    assert PLACES.unknown("https://other.example:443/x") == f"https://other.example {remedy}"
    assert PLACES.unknown("http://[::1") == f"a URL that cannot be read {remedy}"
