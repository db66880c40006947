"""The schema that ships with the package says the same as the dataclasses, and real events keep it."""

import json
from dataclasses import fields
from types import NoneType, UnionType
from typing import Literal, get_args, get_origin

import jsonschema
import pytest

from gateway import events
from gateway.events import BlockDelta, DeltaKind, Event, event_json
from gateway.schema import schema

SCHEMA = json.loads(schema())
DEFINED = SCHEMA["$defs"]
TYPES = {kind.type: kind for kind in vars(events).values() if isinstance(kind, type) and hasattr(kind, "type")}
ENVELOPE = {field.name for field in fields(Event)}
JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}

valid = jsonschema.Draft202012Validator(SCHEMA)


def own_fields(kind):
    return [field for field in fields(kind) if field.name not in ENVELOPE]


def value_type(annotation):
    """The type of a field that may be None, without the None."""
    if get_origin(annotation) is UnionType or type(None) in get_args(annotation):
        return next(each for each in get_args(annotation) if each is not NoneType)
    return annotation


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_it_has_every_type_of_event():
    assert [each["$ref"] for each in SCHEMA["oneOf"]] == [f"#/$defs/{name}" for name in TYPES if name in DEFINED]
    assert set(TYPES) == set(DEFINED) - {"envelope", "raw"}


def test_the_envelope_has_what_all_events_have():
    assert set(DEFINED["envelope"]["properties"]) == {"type", *ENVELOPE}
    assert DEFINED["envelope"]["required"] == ["type", "seq", "t"]


@pytest.mark.parametrize("name", TYPES)
class TestEachType:
    def test_has_the_same_fields(self, name):
        ours = {field.name for field in own_fields(TYPES[name])} - {"payload"}
        assert set(DEFINED[name]["properties"]) == {"type", *ours}
        assert DEFINED[name]["properties"]["type"] == {"const": name}
        assert DEFINED[name]["allOf"] == [{"$ref": "#/$defs/envelope"}]

    def test_says_of_each_field_what_it_is(self, name):
        for field in own_fields(TYPES[name]):
            stated = DEFINED[name]["properties"].get(field.name, {})
            expected = value_type(field.type)
            if get_origin(expected) is Literal:
                assert stated["enum"] == list(get_args(expected)), field.name
            elif expected in JSON_TYPES and "const" not in stated:
                assert stated["type"] == JSON_TYPES[expected], field.name
            assert field.name == "payload" or stated["description"], field.name

    def test_requires_what_is_never_none(self, name):
        """`usage.provider` may be None for the dataclass; the composer always gives it."""
        always = {"usage": {"provider"}}.get(name, set())
        never_none = {field.name for field in own_fields(TYPES[name]) if field.default is not None}
        assert set(DEFINED[name]["required"]) == (never_none | always) - {"payload"}


def test_every_kind_of_delta_has_its_payload():
    alternatives = DEFINED[BlockDelta.type]["oneOf"]
    assert [each["properties"]["kind"]["const"] for each in alternatives] == list(get_args(DeltaKind))
    for each in alternatives:
        assert each["title"] == each["properties"]["kind"]["const"]
        assert set(each["required"]) <= set(each["properties"])


def test_fields_and_types_that_are_not_in_it_are_the_readers_to_ignore():
    assert "additionalProperties" not in schema().decode()
    assert valid.is_valid({"type": "ping", "seq": 0, "t": 0.5, "new": 1})


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "ping", "seq": 0},
        {"type": "ping", "seq": -1, "t": 0},
        {"type": "surprise", "seq": 0, "t": 0},
        {"type": "block.start", "seq": 0, "t": 0, "index": 0, "kind": "poem"},
        {"type": "block.delta", "seq": 0, "t": 0, "index": 0, "kind": "text"},
        {"type": "block.delta", "seq": 0, "t": 0, "index": 0, "kind": "text", "text": None},
        {"type": "block.stop", "seq": 0, "t": 0, "index": 0, "synthesized": False},
        {"type": "message.stop", "seq": 0, "t": 0, "choice": 0},
        {"type": "usage", "seq": 0, "t": 0, "input": 1.5, "provider": {}},
        {"type": "stream.start", "seq": 0, "t": 0, "format": "tokentape/2", "provider": "", "api": "", "status": 200},
    ],
)
def test_what_is_wrong_does_not_pass(wrong):
    assert not valid.is_valid(wrong)


def test_a_delta_of_every_kind_passes():
    payloads = {
        "text": {"text": "a"},
        "json": {"text": "{"},
        "json_patch": {"path": "$.a", "value": "x", "more": True},
        "signature": {"value": "c2ln"},
        "citation": {"citation": {"url": "https://a.example", "start": 0, "provider": {}}},
        "data": {"base64": "AAE=", "mime": "audio/wav"},
        "transcript": {"text": "a"},
        "logprobs": {"logprobs": [1]},
        "provider": {"provider": {"any": "thing"}},
    }
    assert set(payloads) == set(get_args(DeltaKind))
    for kind, payload in payloads.items():
        valid.validate(event_json(BlockDelta(seq=0, t=0.0, index=0, kind=kind, payload=payload)))
