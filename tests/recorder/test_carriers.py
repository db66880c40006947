import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.carriers import secrets_of, secrets_of_reply
from recorder.interaction import Headers, Request, Response

KEY = "Zk3" + "aB9dE5gH" * 4


def secrets(*headers: tuple[str, str], target: str = "/v1/chat") -> tuple[bytes, ...]:
    return secrets_of(Request("acme", "POST", target, headers))


@pytest.mark.parametrize(
    "header",
    [
        ("Authorization", f"Bearer {KEY}"),
        ("authorization", f"bearer  {KEY} "),
        ("X-Api-Key", KEY),
        ("api-key", KEY),
        ("x-goog-api-key", KEY),
        ("proxy-authorization", f"Bearer {KEY}"),
        ("x-amz-security-token", KEY),
        ("helicone-auth", f"Bearer {KEY}"),
        ("cf-aig-authorization", f"Bearer {KEY}"),
        ("x-mycorp-secret", KEY),
        ("Cookie", f"theme=dark; session={KEY}; lang=en"),
    ],
)
def test_a_key_in_a_header(header: tuple[str, str]) -> None:
    assert secrets(header) == (KEY.encode(),)


def test_basic_credentials_in_each_form() -> None:
    token = base64.b64encode(b"someone:correct horse 7").decode()
    assert secrets(("Authorization", f"Basic {token}")) == (
        token.encode(),
        b"someone:correct horse 7",
        b"correct horse 7",
    )
    assert secrets(("Authorization", "Basic !7")) == ()


@pytest.mark.parametrize("name", ["key", "%6Bey", "API_KEY", "access_token", "X-Amz-Signature"])
def test_a_key_in_the_query(name: str) -> None:
    assert secrets(target=f"/v1?alt=sse&{name}={KEY}") == (KEY.encode(),)


def test_a_key_in_the_query_as_written_and_as_meant() -> None:
    assert secrets(target="/v1?key=a%2Fb%2Fc%2Fd%2F1") == (b"a%2Fb%2Fc%2Fd%2F1", b"a/b/c/d/1")


@pytest.mark.parametrize(
    "value",
    [
        "short7", "test-key", "dummy-key", "sk-test-key", "tokentape-replay-needs-no-key", "lm-studio", "not-needed",
        "your-api-key-here", "xxxxxxxx", "sk-xxxxxxxxxxxxxxxx", "undefined", "[object Object]", "sk-no-key-required",
        "example-1234", "1234test", "--------", "PLACEHOLDER",
    ],
)  # fmt: skip
def test_a_stand_in_is_no_secret(value: str) -> None:
    assert secrets(("authorization", f"Bearer {value}"), ("x-api-key", value), target=f"/?key={value}") == ()


def test_what_only_its_name_suggests_must_look_like_one() -> None:
    assert (
        secrets(
            ("x-key-name", "production"), ("x-session-kind", "long running"), ("cookie", "consent=accepted-all-of-it")
        )
        == ()
    )
    assert secrets(("x-key-name", "production7")) == (b"production7",)


def test_harmless_headers_carry_none() -> None:
    assert secrets(("User-Agent", KEY), ("anthropic-version", KEY), ("host", KEY)) == ()


def test_each_once_and_not_too_many() -> None:
    many: Headers = tuple((f"x-secret-{number}", f"{KEY}{number % 50}") for number in range(100))
    assert len(secrets(*many)) == 32
    assert secrets(*many, ("authorization", "Bearer " + KEY))[0] == KEY.encode()
    assert [len(secret) for secret in secrets(("x-api-key", "a1" * 9000))] == [4096]


@given(
    st.builds(
        Request,
        st.text(),
        st.text(),
        st.text(),
        st.lists(
            st.tuples(
                st.sampled_from(["authorization", "cookie", "x-secret"]) | st.text(),
                st.text() | st.text().map("Basic {}".format),
            )
        ).map(tuple),
    )
)
def test_no_request_is_an_error(request: Request) -> None:
    assert all(len(secret) >= 8 for secret in secrets_of(request))


def test_the_secrets_that_a_response_gives_out() -> None:
    headers = (
        ("Set-Cookie", f"session={'aB3dE5gH9k' * 3}; Path=/; SameSite=Strict"),
        ("X-Session-Token", "zY8xW6vU4t"),
        ("X-Key-Name", "production"),
        ("X-RateLimit-Limit-Tokens", "1234567890"),
        ("Content-Type", "application/json"),
    )
    assert secrets_of_reply(Response(200, headers)) == (b"aB3dE5gH9k" * 3, b"zY8xW6vU4t")
