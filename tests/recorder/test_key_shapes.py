import base64
import json
import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.edits import merged
from recorder.key_shapes import KEY_SHAPES, shape_spans

ALNUM = "aB3dE5gH9kLmN0pQrS7uVwXyZ1"


def tail(length: int) -> str:
    return (ALNUM * 8)[:length]


JWT = (b'{"alg":"HS256"}', b'{"sub":"1234"}', b"s" * 32)
# Put together at run time: whole keys in a repository trip secret scanners.
KEYS = {
    "sk": "sk-" + tail(48),
    "sk, one letter": "sk-" + "a" * 40,
    "sk-ant": "sk-" + "ant-api03-" + tail(93) + "-" + tail(6),
    "sk-proj": "sk-" + "proj-" + tail(60) + "_" + tail(40),
    "sk-or": "sk-" + "or-v1-" + "0123456789abcdef" * 4,
    "csk": "csk-" + tail(48).lower(),
    "ek": "ek_" + tail(40),
    "gsk": "gsk_" + tail(52),
    "xai": "xai-" + tail(80),
    "pplx": "pplx-" + tail(48),
    "nvapi": "nvapi-" + tail(64),
    "hf": "hf_" + tail(34),
    "r8": "r8_" + tail(37),
    "google": "AI" + "za" + tail(35),
    "google oauth": "ya29" + "." + tail(120),
    "aws": "AK" + "IA" + tail(26).upper()[:16],
    "aws, temporary": "AS" + "IA" + tail(26).upper()[:16],
    "bedrock": "ABSK" + base64.b64encode(b"BedrockAPIKey-abcd-at-123456789012:" + tail(40).encode()).decode(),
    "github": "gh" + "p_" + tail(36),
    "github, server": "gh" + "s_" + tail(36),
    "github, fine-grained": "github" + "_pat_" + tail(22) + "_" + tail(59),
    "gitlab": "gl" + "pat-" + tail(20),
    "slack": "xo" + "xb-" + "123456789012-1234567890123-" + tail(24),
    "jwt": ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in JWT),
}  # fmt: skip

SURROUNDINGS = [
    "%s", '"%s"', "(%s)", "Incorrect API key provided: %s. You can", "key=%s&alt=sse", "key%%3D%s%%26",
    "key\\u003d%s\\u0026",
    "one\\n%s\\ntwo", "one\\\\n%s\\\\ntwo",
]  # fmt: skip


def found(text: str) -> list[str]:
    data = text.encode()
    return [data[start:end].decode() for start, end in shape_spans(data, KEY_SHAPES)]


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_a_key_is_found_whole(key: str, surroundings: str) -> None:
    assert found(surroundings % key)[0] == key


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
def test_of_a_bearer_token_only_the_token(key: str) -> None:
    assert key in found(f'{{"h": "Authorization: Bearer {key}"}}')
    assert key in found(f"authorization: bearer {key}")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\\n", "\\\\n"])
def test_a_private_key(line_end: str) -> None:
    kind = "RSA PRIVATE " + "KEY"
    key = line_end.join([f"-----BEGIN {kind}-----", tail(64), tail(64), tail(20) + "==", f"-----END {kind}-----"])
    assert found(f'{{"pem": "{key}{line_end}"}}') == [key]


KEEP = {
    "ids": "msg_01XFDUDYJgAACzvnptvVoYEL toolu_01T1x1fJ34qAmk2tNTrN7Up6 chatcmpl-CDYpwKLMZNMmjMnJvPqVnO9SbZ3qK",
    "more ids": "call_abcdefghijklmnopqrstuvwx resp_68a1b2c3d4e5f60718293a4b5c6d7e8f req_011CTqWZ fc_68a1b2c3d4e5f607",
    "fingerprint": '"system_fingerprint":"fp_44709d6fcb"',
    "thinking": '"signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrzLoky3dl1pkiMOYds' + tail(200) + '=="',
    "sk-learn": "sk-learn, sk-learn-contrib and sk-learn-compatible-estimators-for-python",
    "slugs": "https://example.com/sk-this-is-a-very-long-slug-of-plain-words/risk-aversion-and-task-management",
    "bearer": "the bearer authentication-and-authorization-scheme, Bearer tokens, Bearer of good news",
    "counters": '"usage":{"input_tokens":12345678901234567890,"output_tokens":123}',
    "uuid": "550e8400-e29b-41d4-a716-446655440000",
    "hash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "certificate": "-----BEGIN CERTIFICATE-----\n" + tail(64) + "\n-----END CERTIFICATE-----",
    "prose on keys": "it begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----",
    "masked": "Incorrect API key provided: sk-ant-a****************wxyz.",
    "base64 words": "task-hf_x week_aB3dE5gH9kLmN0pQrS7uVwXyZ1 AKIABC eyJhbGciOiJIUzI1NiJ9",
}


@pytest.mark.parametrize("text", KEEP.values(), ids=KEEP.keys())
def test_what_only_looks_a_little_like_a_key_is_kept(text: str) -> None:
    assert found(text) == []


def test_images_are_kept() -> None:
    image = base64.b64encode(random.Random(7).randbytes(1_500_000)).decode()
    # By chance alone "AIza" and its like stand in there.
    image = image[:1000] + KEYS["google"] + KEYS["aws"] + image[1000:]
    assert found(f'{{"data":"{image}"}}') == []
    urlsafe = base64.urlsafe_b64encode(random.Random(8).randbytes(1_500_000)).decode()
    assert found(f'{{"data":"{urlsafe[:999]}{KEYS["hf"]}{urlsafe}"}}') == []


SEEDS = [
    "sk-", "sk-a", "sk-a-", "sk-aB-", " sk-a", "\\nsk-", "%20sk-a-", "csk-", "AIza", "AIza-", "AKIA", "ya29.", "gh",
    "ghp_", "github_pat_", "glpat-", "hf_", "xoxb-a-", "ABSKQmVkcm9ja", "eyJ", "eyJa.", "eyJaaaaaaaaa.eyJ",
    " eyJaaaaaaaaaa.eyJaaaaaaaaaa.", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\\n", "-----BEGIN PRIVATE KEY-----" + "a" * 40, "Bearer ", "Bearer a", "Bearer a-",
    "Bearer a.b/", "\\", '"', "a", "a-", "A", "=", " ", "\n", "0",
]  # fmt: skip
TAILS = ["", "!", '"', "-", "a" * 50, "\\"]


@pytest.mark.parametrize("seed", SEEDS)
def test_time_is_linear(seed: str) -> None:
    def took(length: int) -> float:
        texts = [(seed * (length // len(seed) + 1))[:length].encode() + tail.encode() for tail in TAILS]
        best = 1.0
        for _ in range(3):
            start = time.thread_time()
            for text in texts:
                list(shape_spans(text, KEY_SHAPES))
            best = min(best, time.thread_time() - start)
        return best

    # Eight times the text: about 8 when linear, 64 when quadratic.
    assert took(40_000) <= 24 * took(5_000)


def test_patterns_of_ones_own() -> None:
    data = json.dumps({"customer": "ACME-123456"}).encode()
    assert list(shape_spans(data, [re.compile(rb"ACME-(?P<secret>\d+)")])) == [(19, 25)]
    assert list(shape_spans(data, [re.compile(rb"ACME-(\d+)")])) == [(14, 25)]


KEY_HEADS = st.sampled_from(
    [b"sk-", b"xai-", b"AIza", b"ghp_", b"xoxb-", b"AKIA", b"Bearer ", b"ya29.", b"eyJ", b"-----BEGIN PRIVATE KEY-----"]
)
KEY_GLUE = st.sampled_from([b" ", b"\n", b"\\n", b"%3D", b"\\u003d", b'"', b"=", b"-", b"x", b"", b".", b"\xff", b"\0"])
KEY_TAILS = st.text("abcXYZ019_-.+/=", max_size=60).map(str.encode)


@given(
    st.lists(st.tuples(KEY_GLUE, KEY_HEADS, KEY_TAILS)).map(
        lambda parts: b"".join(piece for part in parts for piece in part)
    )
)
def test_looking_at_long_tokens_misses_nothing_that_the_patterns_find_in_the_whole_text(text: bytes) -> None:
    def spans(pattern: re.Pattern[bytes]) -> list[tuple[int, int]]:
        return [match.span("secret" if "secret" in pattern.groupindex else 0) for match in pattern.finditer(text)]

    found = merged(shape_spans(text, KEY_SHAPES))
    for start, end in {span for pattern in KEY_SHAPES for span in spans(pattern)}:
        assert any(first <= start and end <= last for first, last in found)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [("é.", "aéßb", "éß"), (r"[^a-z\xc3]+", "aéb", "é"), ("b.", "aéb€c", "b€"), ("a", "éaé", "a")],
)
def test_what_a_pattern_matches_is_widened_to_whole_characters(pattern, text, found):
    data = text.encode()
    assert [data[start:end].decode() for start, end in shape_spans(data, [re.compile(pattern.encode())])] == [found]
