"""What a provider adds tomorrow: a new field in any object of any event that we know is told."""

import copy

import pytest

from gateway.events import event_sse
from gateway.reader import read
from tests.gateway.bodies import conversation
from tests.gateway.dialects.kinds import apis, bedrock_invoke
from tests.gateway.eventstream import chunk

MODULES = apis().values()


def objects(value, place=()):
    """The place of every object in a value."""
    if isinstance(value, dict):
        yield place
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from objects(part, (*place, name))


def grown(value, place):
    """The value with one more field in the object there."""
    value = grown_in = copy.deepcopy(value)
    for name in place:
        grown_in = grown_in[name]
    grown_in["moonrise"] = "dusk-9173"
    return value


def untold(module, values, wrap=lambda value: value):
    """Where a new field of the last value would get lost."""
    *before, last = values
    for place in objects(last):
        # The only field of an eventstream's value stands for a header.
        if place or module.WIRE != "eventstream" or wrap is chunk:
            said = conversation(module, [*map(wrap, before), wrap(grown(last, place))])
            if b"dusk-9173" not in b"".join(map(event_sse, read(said))):
                yield place


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.API)
def test_a_new_field_is_told(module):
    assert {label: found for label, values in module.KINDS.items() if (found := list(untold(module, values)))} == {}


@pytest.mark.parametrize("said", bedrock_invoke.FAMILIES.values(), ids=bedrock_invoke.FAMILIES)
def test_a_new_field_in_an_envelope_is_told(said):
    for length in range(1, len(said) + 1):
        assert list(untold(bedrock_invoke, said[:length], chunk)) == []
