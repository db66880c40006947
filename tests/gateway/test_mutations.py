"""Whatever JSON a provider sends: no dialect fails, hangs, or breaks the rules of the format.

The same few hundred streams each time; `python -m tests.fuzzing` looks for others as long as it is told to.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.events import event_sse
from gateway.reader import read
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from tests.gateway.dialects.kinds import MEDIA_TYPES, apis, framed
from tests.gateway.mutations import STRANGERS, mutated
from tests.gateway.stream_rules import order, shape

APIS = apis()
LOST = End("upstream_error", "closed: by the test")


def interaction(path: str, wire: str, values: list[object], end: End = COMPLETE) -> Interaction:
    chunks = tuple(Chunk(1000 * number, framed(wire, value)) for number, value in enumerate(values))
    head = Response(200, (("content-type", MEDIA_TYPES[wire]),))
    return Interaction(Request("any", "POST", path), head, 0, chunks, end, 1000 * len(chunks))


def document(path: str, value: object) -> Interaction:
    head = Response(200, (("content-type", "application/json"),))
    return Interaction(Request("any", "POST", path), head, 0, (Chunk(0, framed("ndjson", value)),), COMPLETE, 0)


def assert_holds(asked: Interaction) -> None:
    events = list(read(asked, raw=True))
    assert [*order(events), *shape(events)] == []
    assert b"".join(map(event_sse, events)).count(b"\n\n") == len(events)


@pytest.mark.parametrize("name", APIS)
class TestEveryApi:
    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(data=st.data())
    def test_a_stream_of_another_shape_is_reported_and_read_on(self, name, data):
        api = APIS[name]
        values = data.draw(st.sampled_from(list(api.KINDS.values())))
        times = data.draw(st.integers(1, 4))
        strange = mutated(values, lambda count: data.draw(st.integers(0, count - 1)), times=times)
        assert_holds(interaction(api.PATH, api.WIRE, strange, data.draw(st.sampled_from([COMPLETE, LOST]))))

    @settings(max_examples=10, deadline=None, derandomize=True)
    @given(data=st.data())
    def test_a_body_of_another_shape_is_reported(self, name, data):
        api = APIS[name]
        values = data.draw(st.sampled_from(list(api.KINDS.values())))
        strange = mutated(values[-1:], lambda count: data.draw(st.integers(0, count - 1)), times=2)
        for value in strange:
            assert_holds(document(api.PATH, value))

    def test_nothing_but_strangers(self, name):
        api = APIS[name]
        for stranger in STRANGERS:
            assert_holds(interaction(api.PATH, api.WIRE, [stranger, {"type": stranger}]))
