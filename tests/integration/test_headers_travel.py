"""Which headers travel: end-to-end ones both ways as they are, and nothing that is another's."""

import pytest

from tests.integration.gateways import PATH, ask, gateway, post
from tests.integration.upstreams import plays, response, scripted

KEY = "sk-" + "k" * 40

UP = [
    b"anthropic-version: 2023-06-01",
    b"anthropic-beta: a,b",
    b"Anthropic-Beta: c",
    b"OpenAI-Organization: org-1",
    b"OpenAI-Project: proj-1",
    b"Idempotency-Key: 1",
    b"traceparent: 00-1-2-01",
    b"tracestate: x=1",
    b"User-Agent: Anthropic/Python 1.0",
    b"X-Stainless-Retry-Count: 0",
    b"Accept: text/event-stream",
    b"X-Empty:",
    b"X-Latin: caf\xe9",
    b"X-Long: " + b"a" * 20_000,
    b"Referer: http://127.0.0.1/",
    b"Range: bytes=0-1",
]

NOT_UP = [
    b"Connection: keep-alive, X-Named",
    b"X-Named: by connection",
    b"Keep-Alive: timeout=5",
    b"Proxy-Connection: keep-alive",
    b"Proxy-Authorization: Basic eDp5",
    b"Proxy-Authenticate: Basic",
    b"TE: trailers",
    b"Trailer: X-T",
    b"Upgrade: h2c",
    b"Cookie: session=1",
    b"Accept-Encoding: gzip, br, zstd",
    b"X-TokenTape-Anything: 1",
]


def _lines(head: bytes) -> list[bytes]:
    return head.split(b"\r\n")[1:-2]


async def test_end_to_end_headers_go_up_as_they_are_and_nothing_is_added() -> None:
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        assert (await ask(gate, post(PATH, b"{}", *UP, *NOT_UP))).body == b"ok"
        assert sorted(line.replace(b": ", b":") for line in _lines(upstream.requests[0].head)) == sorted(
            line.replace(b": ", b":")
            for line in [
                b"Host: 127.0.0.1:%d" % upstream.port,
                b"Content-Type: application/json",
                *UP,
                b"Accept-Encoding: identity",
                b"Content-Length: 2",
            ]
        )


async def test_order_and_spelling_of_headers_stay() -> None:
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        await ask(gate, post(PATH, b"{}", b"X-B: 1", b"x-a: 2", b"X-B: 3"))
        lines = [line for line in _lines(upstream.requests[0].head) if line.lower().startswith(b"x-")]
        assert lines == [b"X-B: 1", b"x-a: 2", b"X-B: 3"]


DOWN = [
    b"Content-Type: text/event-stream; charset=utf-8",
    b"request-id: req_1",
    b"X-Request-Id: 2",
    b"retry-after: 1",
    b"Cache-Control: no-cache",
    b"Content-Encoding: identity",
    b"Set-Cookie: a=1",
    b"Set-Cookie: b=2",
    b"X-Latin: caf\xe9",
    b"Date: Sun, 06 Nov 1994 08:49:37 GMT",
    b"Server: theirs",
    b"Strict-Transport-Security: max-age=1",
    b"Vary: Accept",
    b"anthropic-organization-id: org",
]

NOT_DOWN = [
    b"Connection: keep-alive, X-Named",
    b"X-Named: by connection",
    b"Keep-Alive: timeout=5",
    b"Proxy-Authenticate: Basic",
    b"Trailer: X-T",
    b"Upgrade: h2c",
]


async def test_end_to_end_headers_come_down_as_they_are_and_nothing_is_added() -> None:
    async with scripted(plays(response(b"ok", *DOWN, *NOT_DOWN))) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate)
        assert answered.head.split(b"\r\n")[1:] == [*DOWN, b"Content-Length: 2"]


CREDENTIALS = {
    "authorization": b"Authorization: Bearer " + KEY.encode(),
    "x-api-key": b"x-api-key: " + KEY.encode(),
    "api-key": b"api-key: " + KEY.encode(),
    "x-goog-api-key": b"x-goog-api-key: " + KEY.encode(),
    "ocp-apim-subscription-key": b"Ocp-Apim-Subscription-Key: " + KEY.encode(),
    "x-amz-security-token": b"X-Amz-Security-Token: " + KEY.encode(),
}


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/anthropic/v1/messages", {"authorization", "x-api-key"}),
        ("/v1/messages", {"authorization", "x-api-key"}),
        ("/openai/v1/chat/completions", {"authorization", "api-key"}),
        ("/own/v1/chat/completions", {"authorization"}),
    ],
)
async def test_an_upstream_is_sent_only_its_own_credentials(path: str, own: set[str]) -> None:
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        await ask(gate, post(path, b"{}", *CREDENTIALS.values()))
        assert {name for name, _ in upstream.requests[0].headers} & set(CREDENTIALS) == own


@pytest.mark.parametrize(
    ("path", "header", "key", "owner"),
    [
        ("/openai/v1/chat/completions", b"Authorization: Bearer ", "sk-" + "ant-api03-" + "a" * 20, "anthropic"),
        ("/openai/v1/chat/completions", b"Authorization: Bearer ", "AI" + "za" + "a" * 35, "gemini"),
        ("/anthropic/v1/messages", b"x-api-key: ", "sk-" + "proj-" + "a" * 20, "openai"),
        ("/anthropic/v1/messages", b"authorization: bearer ", "sk-" + "proj-" + "a" * 20, "openai"),
        ("/groq/openai/v1/chat/completions", b"Authorization: Bearer ", "sk-" + "ant-api03-" + "a" * 20, "anthropic"),
    ],
)
async def test_a_key_of_another_provider_is_refused_before_anything_is_sent(
    path: str, header: bytes, key: str, owner: str
) -> None:
    async with scripted(plays(response(b"ok"))) as upstream:
        async with gateway(upstream.url, upstreams=()) as gate:  # the real providers, whom no test can reach
            answered = await ask(gate, post(path, b"{}", header + key.encode()))
        assert (answered.status, answered.ended) == (400, "clean")
        assert owner.encode() in answered.body
        assert key.encode() not in answered.raw
        assert upstream.visits == []


async def test_cookies_of_one_answer_are_not_sent_with_the_next_request() -> None:
    answer = response(b"ok", b"Set-Cookie: session=1; Path=/")
    async with scripted(plays(answer)) as upstream, gateway(upstream.url) as gate:
        for _ in range(2):
            await ask(gate)
        assert [asked.header("cookie") for asked in upstream.requests] == [None, None]


async def test_a_malformed_request_does_not_put_its_key_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate, post(PATH, b"{}", b"x-api-key: " + KEY.encode() + b"\x01"))
        assert answered.status == 400
        assert upstream.visits == []
    assert KEY not in caplog.text
