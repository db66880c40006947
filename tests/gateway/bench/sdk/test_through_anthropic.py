"""Through the real SDK."""

import pytest

from gateway.bench.added import added_by
from gateway.bench.result import read_shots
from gateway.bench.sdk.through_anthropic import client
from tests.gateway.bench.sdk.sdk_runs import asked_through


async def test_every_event_is_paired_with_its_frame():
    shot = await asked_through(client, "anthropic")
    (reading,) = read_shots([shot], lambda _: {})
    assert reading.measurement.status == "ok"
    assert reading.measurement.tokens_out > 2
    added = added_by([reading])
    assert (added.per_event.n, added.unpaired) == (len(shot.yielded), 0)
    assert added.per_event.minimum >= 0


@pytest.mark.parametrize(("model", "status"), [("simulate-429", 429), ("simulate-529", 529)])
async def test_a_refusal_is_an_answer_that_is_kept_and_not_repeated(model, status):
    shot = await asked_through(client, "anthropic", model=model)
    assert shot.head.status == status
    assert shot.end.kind == "complete"
    assert shot.failure is None
