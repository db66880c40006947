"""Where secrets are planted in the traffic of one gateway, and what must survive beside them: tables for a test.

Each secret is put together at run time, by its place in the table. `NAMED` ones are found by where they stand, `SHAPED`
ones by what they look like, `ECHOED` ones because the request carried them.
"""

import base64
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from urllib.parse import quote

from tests.gateway.unfolding.streams import WAYS, Way

__all__ = ["KEPT", "Plant", "plants"]

_ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
JSON = b"application/json"


@dataclass(frozen=True)
class Plant:
    """A request and its answer, one of them with `secret` in it. `pieces` are sent one by one."""

    name: str
    secret: str
    request_type: bytes = JSON
    target: str = "/v1/x"
    headers: tuple[bytes, ...] = ()
    body: bytes = b"{}"
    reply_type: bytes = JSON
    reply_headers: tuple[bytes, ...] = ()
    pieces: tuple[bytes, ...] = (b"{}",)
    way: Way | None = None

    @property
    def reply(self) -> bytes:
        """The answer's body."""
        return b"".join(self.pieces)


def key(name: str, size: int = 40) -> str:
    """Random, and the same for the same name."""
    return "".join(Random(name).choices(_ALPHABET, k=size))


def plants() -> list[Plant]:
    """All of them: more than sixty."""
    return [*_carried(), *_named(), *_shaped(), *_hidden(), *_answered(), *_streamed()]


_ECHOES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64, one on": lambda secret: base64.b64encode(f":{secret}!".encode()).decode(),
    "base64, two on": lambda secret: base64.urlsafe_b64encode(f"u:{secret}".encode()).decode(),
    "in a URL": lambda secret: "https://x.test/?q=" + quote(secret, safe=""),
    "hex": lambda secret: secret.encode().hex(),
    "HEX": lambda secret: secret.encode().hex().upper(),
    "escaped": lambda secret: "".join(f"\\u{ord(letter):04x}" for letter in secret),
    "a part": lambda secret: f"{secret[5:30]}...",
    "masked, too little": lambda secret: f"{secret[:11]}*****{secret[-11:]}",
}


def _carried() -> Iterator[Plant]:
    """In headers and queries, and echoed in the error."""
    for how, echoed in _ECHOES.items():
        secret = key(f"echo {how}")
        error = f'{{"error": {{"message": "Incorrect API key provided: {echoed(secret)}."}}}}'.encode()
        yield Plant(
            f"echoed {how}", secret, headers=(b"Authorization: Bearer " + secret.encode(),), pieces=_cut(error, 17)
        )
    for header in ("X-Portkey-Api-Key", "X-MyCorp-Secret", "Helicone-Auth", "X-Vault-Token", "X-Session-Id"):
        secret = key(f"header {header}")
        echo = json.dumps({"error": f"{header} {secret} is not known"}).encode()
        yield Plant(f"header {header}", secret, headers=(f"{header}: {secret}".encode(),), pieces=(echo,))
    for name in ("key", "%6Bey", "api_key", "access_token", "sig", "X-Amz-Signature"):
        secret = key(f"query {name}")
        yield Plant(f"query {name}", secret, target=f"/v1/x?a=1&{name}={secret}", pieces=(f'["{secret}"]'.encode(),))


def _named() -> Iterator[Plant]:
    """In a request's body, under a name that says so."""
    bodies: dict[str, Callable[[str], object]] = {
        "api_key": lambda secret: {"api_key": secret},
        "mcp server": lambda secret: {"mcp_servers": [{"url": "https://x.test", "authorization_token": secret}]},
        "tool header": lambda secret: {"tools": [{"type": "mcp", "headers": {"Authorization": f"Token {secret}"}}]},
        "service account": lambda secret: {"account": {"type": "service_account", "private_key": secret}},
        "client secret": lambda secret: {"oauth": {"clientSecret": secret}},
        "refresh token": lambda secret: {"refresh_token": secret},
        "password": lambda secret: {"login": {"user": "me", "password": secret}},
        "cookie": lambda secret: {"browser": {"cookie": secret}},
        "tool arguments": lambda secret: {"arguments": json.dumps({"path": "/", "api_key": secret})},
        "JSON in JSON in JSON": lambda secret: {"a": json.dumps({"b": json.dumps({"secret": secret})})},
        "URL with a password": lambda secret: {"url": f"postgres://app:{secret}@db.test/x"},
        "URL with a signature": lambda secret: {"image": f"https://s3.test/a.png?X-Amz-Signature={secret}&b=1"},
    }
    for name, body in bodies.items():
        secret = key(f"named {name}")
        text = json.dumps(body(secret)).encode()
        yield Plant(f"named {name}", secret, body=text, pieces=(text,))
    secret = key("form")
    form = f"grant_type=x&client_secret={secret}&scope=all".encode()
    yield Plant("form", secret, request_type=b"application/x-www-form-urlencoded", body=form)
    for name, head in (
        ("field", 'Content-Disposition: form-data; name="api_key"\r\n\r\n{}'),
        ("header of a part", 'Content-Disposition: form-data; name="x"\r\nX-Auth-Token: {}\r\n\r\nx'),
        ("request in a part", "Content-Type: application/http\r\n\r\nGET / HTTP/1.1\r\nX-Api-Key: {}\r\n\r\n"),
        ("file", 'Content-Disposition: form-data; name="f"; filename="a.json"\r\n\r\n{{"password": "{}"}}'),
    ):
        secret = key(f"part {name}")
        body_of_parts = f"--b\r\n{head.format(secret)}\r\n--b--\r\n".encode()
        yield Plant(f"part {name}", secret, request_type=b"multipart/form-data; boundary=b", body=body_of_parts)


def _shapes() -> dict[str, str]:
    return {
        "anthropic": "sk-" + "ant-api03-" + key("ant", 80),
        "openai": "sk-" + "proj-" + key("proj", 60),
        "google": "AI" + "za" + key("google", 35),
        "aws": "AK" + "IA" + key("aws", 16).upper().replace("I", "J"),
        "github": "gh" + "p_" + key("github", 36),
        "slack": "xo" + "xb-" + key("slack", 30),
        "gitlab": "gl" + "pat-" + key("gitlab", 20),
        "hugging face": "h" + "f_" + key("hf", 34),
        "groq": "gs" + "k_" + key("groq", 52),
        "web token": ".".join(
            base64.urlsafe_b64encode(part).decode().rstrip("=")
            for part in (b'{"alg":"HS256"}', b'{"sub":"1234567890"}', key("jwt", 32).encode())
        ),
        "bearer": key("bearer", 44),
    }


def _shaped() -> Iterator[Plant]:
    """In a prompt, and in the answer, by its shape."""
    for name, secret in _shapes().items():
        said = f"Authorization: Bearer {secret}" if name == "bearer" else f"why does\n{secret} not work?"
        text = json.dumps({"messages": [{"role": "user", "content": said}]}).encode()
        yield Plant(f"shape {name}", secret, body=text, pieces=_cut(text, 23))


def _hidden() -> Iterator[Plant]:
    """In base64, and in an answer that came compressed."""
    secret = key("in base64")
    coded = base64.b64encode(json.dumps({"note": "x", "password": secret}).encode()).decode()
    document = {"type": "document", "source": {"type": "base64", "media_type": "application/json", "data": coded}}
    yield Plant("document in base64", secret, body=json.dumps({"content": [document]}).encode())
    secret = _shapes()["anthropic"]
    url = "data:text/plain;base64," + base64.b64encode(f"the key is {secret}".encode()).decode()
    yield Plant("data URL", secret, body=json.dumps({"file_data": url}).encode())
    secret = key("compressed")
    body = gzip.compress(json.dumps({"password": secret, "text": "x" * 50}).encode())
    yield Plant("compressed answer", secret, reply_headers=(b"Content-Encoding: gzip",), pieces=_cut(body, 40))


def _answered() -> Iterator[Plant]:
    """In an answer's head."""
    for header in ("Set-Cookie: session={}", "X-Session-Token: {}", "Location: https://x.test/a?token={}"):
        secret = key(f"answered {header}")
        echo = json.dumps({"said": secret}).encode() if "Location" not in header else b"{}"
        yield Plant(f"answered {header}", secret, reply_headers=(header.format(secret).encode(),), pieces=(echo,))
    secret = _shapes()["github"]
    yield Plant("answered request id", secret, reply_headers=(f"X-Request-Id: {secret}".encode(),))
    yield Plant("answered organisation", key("org"), reply_headers=(f"OpenAI-Organization: {key('org')}".encode(),))


def _streamed() -> Iterator[Plant]:
    """Spread over the frames of every provider's stream: by its shape, and by the name in a tool's arguments."""
    for number, (name, way) in enumerate(WAYS.items()):
        secret = "sk-" + "ant-" + key(f"stream {name}", 100)
        count = (2, 10, 104)[number % 3]
        body = way.body(["Use ", *_texts(secret, count), " for it."])
        yield Plant(f"stream {name}", secret, reply_type=way.media_type.encode(), pieces=_cut(body, 700), way=way)
    for name in ("anthropic tool input", "openai arguments by turns", "bedrock invoke", "gemini array"):
        way, secret = WAYS[name], key(f"arguments {name}")
        body = way.body(_texts(json.dumps({"path": "/", "password": secret, "n": 1}), 14))
        yield Plant(f"arguments {name}", secret, reply_type=way.media_type.encode(), pieces=_cut(body, 97), way=way)
    way, secret = WAYS["openai chat"], key("echo in a stream")
    yield Plant(
        "echo in a stream",
        secret,
        headers=(f"Authorization: Bearer {secret}".encode(),),
        reply_type=way.media_type.encode(),
        pieces=_cut(way.body(["You sent ", *_texts(secret, 9)]), 300),
        way=way,
    )


def _texts(text: str, count: int) -> list[str]:
    return [part.decode() for part in _cut(text.encode(), -(-len(text) // count))]


def _cut(data: bytes, size: int) -> tuple[bytes, ...]:
    return tuple(data[start:end] for start, end in pairwise([*range(0, len(data), size), len(data)]))


def _frames(values: Sequence[object]) -> bytes:
    return b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)


_NOISE = base64.b64encode(bytes(number * number % 256 for number in range(6000))).decode()

KEPT: dict[str, bytes] = {
    "message id": b'{"id":"msg_01XFDUDYJgAACzvnptvVoYEL","content":[{"id":"toolu_01T1x1fJ34qAmk2tNTrN7Up6"}]}',
    "completion id": b'{"id":"chatcmpl-CDYpwKLMZNMmjMnJvPqVnO9SbZ3qK","tool_calls":[{"id":"call_abcdefghijklmnopqr"}]}',
    "response id": b'{"id":"resp_68a1b2c3d4e5f60718293a4b5c6d7e8f","item":"fc_68a1b2c3d4e5f60718293a4b5c6d7e8f"}',
    "signature": b'{"type":"thinking","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrzLoky3dl1pkiMOYds+/aA=="}',
    "thought signature": f'{{"thoughtSignature":"CiQB0e2Kb{_NOISE[:400]}"}}'.encode(),
    "encrypted": f'{{"encrypted_content":"gAAAAABo{_NOISE[400:900]}"}}'.encode(),
    "image": f'{{"source":{{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo{_NOISE}"}}}}'.encode(),
    "text in base64": b'{"data":"' + base64.b64encode(b"nothing but a harmless text, with max_tokens") + b'"}',
    "usage": b'{"usage":{"input_tokens":12345678,"output_tokens":1,"cache_read_input_tokens":0}}',
    "logprobs": b'{"content":[{"token":"Hello","logprob":-0.1,"bytes":[72]},{"token":" secret"}]}',
    "schema": b'{"properties":{"password":{"type":"string"},"api_key":{"type":"string"}},"required":["password"]}',
    "sk-learn": b'{"text":"Use sk-learn, not sk-learn-contrib-with-many-words; see risk-free and ask-me-anything."}',
    "prose": b'{"text":"Send it as Authorization: Bearer YOUR_API_KEY, never share your password or secret key."}',
    "masked": b'{"error":{"message":"Incorrect API key provided: sk-ant-a********************wxyz."}}',
    "fingerprint": b'{"system_fingerprint":"fp_44709d6fcb","model":"gpt-4o-2024-08-06","service_tier":"default"}',
    "page token": b'{"next_page_token":"CAEQAA","nextPageToken":"EAIaBlBUOkNBVQ","prompt_cache_key":"user-7"}',
    "URLs": b'{"text":"https://user:password@host/ and https://x.test/?page_size=12345678&key=YOUR_API_KEY"}',
    "sound by turns": _frames(
        [{"type": kind, "delta": said} for said in ("sk-", "learn") for kind in ("text", "UklGRiQAAABXQVZF")]
    ),
    "stream of ids": _frames([{"id": "msg_01XFDUDYJgAACzvnptvVoYEL", "text": text} for text in ("Hi", " there", "!")]),
}
"""Answers that must be stored byte for byte, by what is tempting in them."""
