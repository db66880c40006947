"""What a dialect is, and the error for clients of whom we do not know which API they speak."""

from dataclasses import FrozenInstanceError

import pytest

from gateway.dialects.dialect import Dialect, plain_error


def test_a_dialect_needs_a_name_an_error_and_an_outcome_only():
    dialect = Dialect("plain", plain_error, lambda content_type, tail: "not a stream")
    assert (dialect.paths, dialect.credentials, dialect.sdk_path) == ((), {"authorization"}, "")
    with pytest.raises(FrozenInstanceError):
        dialect.name = "other"


def test_a_plain_error():
    assert plain_error(404, "cassette_miss", "nothing matches") == {
        "type": "error",
        "error": {"type": "cassette_miss", "message": "nothing matches"},
    }
