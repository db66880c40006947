"""No credential that passes through reaches disk, log or report; and what passes through is not altered.

Keys are planted wherever clients put them and wherever providers echo them. Then everything that the processes wrote is
searched for them, in every encoding that something may have been written in. Each key is put together at run time.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import quote

from tests.integration.gateways import Answered, ask, post, recorded
from tests.integration.programs import run_program, served
from tests.integration.upstreams import SSE, Visit, chunk, response, scripted

_ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_FRAGMENT = 20

# In none of these lists of all who forget one: what clients, gateways and companies call the header with their key.
HEADERS = [
    "Authorization",
    "X-Api-Key",
    "Api-Key",
    "X-Goog-Api-Key",
    "Ocp-Apim-Subscription-Key",
    "X-Amz-Security-Token",
    "Proxy-Authorization",
    "Cookie",
    "Helicone-Auth",
    "CF-AIG-Authorization",
    "X-MyCorp-Secret",
    "X-Portkey-Api-Key",
    "X-Portkey-Virtual-Key",
    "X-Litellm-Api-Key",
    "X-Auth-Token",
    "X-Session-Id",
    "X-Csrf-Token",
    "X-Vault-Token",
    "Private-Token",
    "X-Amz-Signature",
    "OpenAI-Organization",
    "OpenAI-Project",
    "Anthropic-Organization-Id",
    "X-Who-Knows",
]
# Not sent upstream at all: they belong to another provider, another site, or to this hop.
STAY_HERE = {"X-Goog-Api-Key", "Ocp-Apim-Subscription-Key", "X-Amz-Security-Token", "Proxy-Authorization", "Cookie"}


def key(seed: int, prefix: str = "sk-", size: int = 48) -> str:
    """A key that no pattern but its own could know."""
    return prefix + "".join(Random(seed).choices(_ALPHABET, k=size))


def disguises(secret: str) -> Iterator[bytes]:
    """How `secret` would look in a file: plain or in part, in base64 (wherever it begins), hex, URLs, JSON, UTF-16."""
    raw = secret.encode()
    for start in range(len(raw) - _FRAGMENT + 1):
        yield raw[start : start + _FRAGMENT]
    for shift in range(3):
        inner = base64.b64encode(b"\0" * shift + raw)[4 : (shift + len(raw)) // 3 * 4]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield "".join(f"%{byte:02X}" for byte in raw).encode()
    yield quote(secret, safe="").encode()
    yield "".join(f"\\u{byte:04x}" for byte in raw).encode()
    yield secret.encode("utf-16-le")


def leaks(data: bytes, secrets: dict[str, str]) -> set[str]:
    return {place for place, secret in secrets.items() if any(disguise in data for disguise in disguises(secret))}


def assert_written_nowhere(folder: Path, secrets: dict[str, str], *, files: int) -> None:
    """No file below `folder` has any of the secrets; there are at least `files` of them."""
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert len(written) >= files
    for path in written:
        assert leaks(path.read_bytes(), secrets) == set(), path


def test_the_search_finds_what_it_searches_for() -> None:
    secret = key(0)
    for disguised in (
        f"xx{secret}",
        secret[5:30],
        base64.b64encode(f"a{secret}".encode()).decode(),
        base64.urlsafe_b64encode(f"user:{secret}".encode()).decode(),
        secret.encode().hex(),
        "".join(f"\\u{ord(letter):04x}" for letter in secret),
    ):
        assert leaks(disguised.encode(), {"here": secret}) == {"here"}, disguised
    assert leaks(key(1).encode(), {"here": secret}) == set()


async def test_keys_in_headers(tmp_path: Path) -> None:
    secrets = {name: key(number, "" if number % 2 else "sk-") for number, name in enumerate(HEADERS)}
    values = {name: f"Bearer {secret}" if "uth" in name else secret for name, secret in secrets.items()}
    request = post("/openai/v1/x", b"{}", *(f"{name}: {value}".encode() for name, value in values.items()))
    answer = response(b"{}", *(f"{name}: {value}".encode() for name, value in values.items()), b"Set-Cookie: a=b")

    async def provider(visit: Visit) -> None:
        await visit.request()
        await visit.send(answer)

    async with scripted(provider) as upstream:
        async with served(tmp_path, upstream.url, "--mode", "all", "--log-level", "debug") as gate:
            answered = await ask(gate, request)
            assert await gate.stopped() == 0
        arrived = dict(upstream.requests[0].headers)
    assert answered.status == 200
    for name in set(HEADERS) - STAY_HERE - {"X-Api-Key", "Api-Key"}:
        assert arrived[name.lower()] == values[name], "live traffic is not altered"
        assert answered.header(name.lower()) == values[name]
    assert_written_nowhere(tmp_path, secrets, files=2)
    [interaction] = recorded(tmp_path / "cassettes")
    assert {name.lower() for name, _ in interaction.request.headers} <= {"content-type"}
    assert "authorization" in str(interaction.facts["withheld"])


async def test_keys_in_queries(tmp_path: Path) -> None:
    names = [
        "key",
        "%6Bey",
        "KEY",
        "api_key",
        "api-key",
        "access_token",
        "token",
        "sig",
        "signature",
        "X-Amz-Signature",
    ]
    secrets = {name: key(number, "AIza" if number % 2 else "", 35) for number, name in enumerate(names)}
    query = "&".join(["alt=sse", *(f"{name}={secret}" for name, secret in secrets.items()), f"key={key(77)}"])
    secrets["a second key"] = key(77)
    target = f"/v1beta/models/m:streamGenerateContent?{query}"

    async def provider(visit: Visit) -> None:
        await visit.request()
        await visit.send(response(b"{}"))

    async with scripted(provider) as upstream:
        async with served(tmp_path, upstream.url, "--mode", "all", "--log-level", "debug") as gate:
            assert (await ask(gate, post(f"/gemini{target}"))).status == 200
            assert (await ask(gate, post(f"/nowhere?{query}"))).status == 404
            assert await gate.stopped() == 0
        assert upstream.requests[0].line.split()[1] == target.encode(), "live traffic is not altered"
    assert_written_nowhere(tmp_path, secrets, files=2)


async def test_keys_in_bodies(tmp_path: Path) -> None:
    secrets = {
        "api_key": key(1, "", 40),
        "authorization_token": key(2, "", 40),
        "tool header": key(3, "", 40),
        "json in json": key(4, "", 40),
        "private key": key(5, "", 64),
        "in a sentence": key(6, "sk-ant-" + "api03-", 80),
        "another sentence": key(7, "gh" + "p_", 36),
        "spaced": key(8, "AIza", 35),
    }
    body = json.dumps(
        {
            "api_key": secrets["api_key"],
            "mcp_servers": [{"url": "https://x.test", "authorization_token": secrets["authorization_token"]}],
            "tools": [{"headers": {"Authorization": "Bearer " + secrets["tool header"]}}],
            "messages": [
                {"role": "user", "content": json.dumps({"password": secrets["json in json"]})},
                {"role": "user", "content": f"why does {secrets['in a sentence']} not work?"},
                {"role": "user", "content": f"nor does {secrets['another sentence']}, nor\n{secrets['spaced']}\n"},
            ],
            "service_account": {"private_key": secrets["private key"]},
        }
    ).encode()

    async def provider(visit: Visit) -> None:
        await visit.request()
        await visit.send(response(body, b"Content-Type: application/json"))

    async with scripted(provider) as upstream:
        async with served(tmp_path, upstream.url, "--mode", "all", "--log-level", "debug") as gate:
            assert (await ask(gate, post("/openai/v1/x", body))).body == body, "live traffic is not altered"
            assert await gate.stopped() == 0
        assert upstream.requests[0].body == body, "live traffic is not altered"
    assert_written_nowhere(tmp_path, secrets, files=2)
    [interaction] = recorded(tmp_path / "cassettes")
    assert len(interaction.body) == len(body)


ECHOES = {
    "plain": lambda secret: secret,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 in the middle": lambda secret: base64.b64encode(f"user:{secret}!".encode()).decode(),
    "url": lambda secret: "https://x.test/?q=" + quote(secret, safe=""),
    "hex": lambda secret: secret.encode().hex(),
    "escaped": lambda secret: "".join(f"\\u{ord(letter):04x}" for letter in secret),
}


async def test_keys_that_the_provider_echoes(tmp_path: Path) -> None:
    secret = key(9, "", 50)
    errors = {
        how: f'{{"error": {{"message": "Incorrect API key provided: {echoed(secret)}. Look again."}}}}'.encode()
        for how, echoed in ECHOES.items()
    }

    async def provider(visit: Visit) -> None:
        asked = json.loads((await visit.request()).body)
        error = errors[asked["how"]]
        if not asked["stream"]:
            await visit.send(response(error, b"Content-Type: application/json", status=b"401 Unauthorized"))
            return
        await visit.send(SSE)
        for start in range(0, len(error), 17):  # cut in the middle of the key
            await visit.play(chunk(error[start : start + 17]), 0.002)
        await visit.send(chunk(b""))

    authorization = f"Authorization: Bearer {secret}".encode()
    async with (
        scripted(provider) as upstream,
        served(tmp_path, upstream.url, "--mode", "all", "--log-level", "debug") as gate,
    ):
        for how, error in errors.items():
            for stream in (False, True):
                asking = post("/openai/v1/x", json.dumps({"how": how, "stream": stream}).encode(), authorization)
                assert (await ask(gate, asking)).body == error, "live traffic is not altered"
        assert await gate.stopped() == 0
    assert_written_nowhere(tmp_path, {"echo": secret}, files=2)
    interactions = recorded(tmp_path / "cassettes")
    assert len(interactions) == 2 * len(errors)
    for interaction in interactions:
        assert len(interaction.body) == len(errors[json.loads(interaction.request.body)["how"]])
        assert b"Incorrect API key provided" in interaction.body


async def test_keys_are_in_no_message_about_a_miss_and_in_no_listing(tmp_path: Path) -> None:
    secrets = {"header": key(10, "", 50), "query": key(11, "", 50), "body": key(12)}

    async def provider(visit: Visit) -> None:
        await visit.request()
        await visit.send(response(b"{}"))

    def asking(text: str) -> bytes:
        body = json.dumps({"text": f"{text} {secrets['body']}"}).encode()
        return post(f"/openai/v1/x?key={secrets['query']}", body, f"Authorization: Bearer {secrets['header']}".encode())

    async with scripted(provider) as upstream, served(tmp_path, upstream.url, "--mode", "all") as gate:
        await ask(gate, asking("one"))
        assert await gate.stopped() == 0
    async with served(tmp_path, "", "--mode", "replay", "--log-level", "debug") as gate:
        missed: Answered = await ask(gate, asking("two"))
        assert missed.status == 404
        assert (await ask(gate, asking("one"))).status == 200
        assert await gate.stopped() == 0
        assert "missed: " in gate.log
    assert leaks(missed.raw, secrets) == set()
    assert_written_nowhere(tmp_path, secrets, files=3)
    for arguments in (["ls"], ["show", "default"], ["show", "default", "--json"]):
        listing = await run_program("tokentape", "cassette", *arguments, folder=tmp_path)
        assert listing.code == 0, listing.stderr
        assert leaks(listing.stdout.encode() + listing.stderr.encode(), secrets) == set()


async def test_keys_are_in_no_message_about_an_upstream_that_fails(tmp_path: Path) -> None:
    secrets = {"header": key(13, "", 50), "query": key(14, "", 50)}
    async with served(tmp_path, "http://127.0.0.1:9", "--mode", "all", "--log-level", "debug") as gate:
        request = post(f"/openai/v1/x?key={secrets['query']}", b"{}", f"Authorization: {secrets['header']}".encode())
        failed = await ask(gate, request)
        assert failed.status == 502
        assert await gate.stopped() == 0
    assert leaks(failed.raw, secrets) == set()
    assert_written_nowhere(tmp_path, secrets, files=1)
