"""The measure for suspicion: what it finds, and what it leaves alone."""

from base64 import urlsafe_b64encode
from random import Random

import pytest

from gateway.tools.random_text import random_spans


def token(seed, size=24):
    return urlsafe_b64encode(Random(seed).randbytes(size)).rstrip(b"=")


@pytest.mark.parametrize("seed", range(20))
def test_a_random_token_is_found_where_it_stands(seed):
    found = token(seed)
    text = b'{"messages":[{"content":"use ' + found + b' for it"}]}'
    assert [text[start:end] for start, end in random_spans(text)] == [found]


@pytest.mark.parametrize(
    "text",
    [
        b"The quick brown fox jumps over the lazy dog, and does it again and again.",
        b"a-very-long-name-of-a-package-with-many-words-in-it-V2",
        b"getElementsByTagNameAndClassName2WithAnOptionalDefault",
        b"d41d8cd98f00b204e9800998ecf8427e d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e",
        b"0b5c1c2e-7d3f-4a3f-9a51-6f6f4c9d0c11",
        b"REDACTED-REDACTED-REDACTED-REDACTED-",
        b'"id":"msg_' + token(1) + b'"',
        b'"call_id": "' + token(2) + b'"',
        b'\\"signature\\": \\"' + token(3) + b'\\"',
        b'"obfuscation":"' + token(4) + b'"',
        b'{"p":"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01"}',
        b"data:image/png;base64," + token(5, 3000),
        token(6, 12),
    ],
    ids=range(13),
)
def test_what_is_no_key_is_left_alone(text):
    assert list(random_spans(text)) == []
