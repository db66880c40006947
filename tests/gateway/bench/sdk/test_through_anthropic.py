"""Through the real SDK."""

import pytest

from gateway.bench.sdk.through_anthropic import client
from tests.gateway.bench.sdk.sdk_runs import check_pairing, check_refusal


async def test_every_event_is_paired_with_its_frame():
    await check_pairing(client, "anthropic")


@pytest.mark.parametrize("status", [429, 529])
async def test_a_refusal_is_an_answer_that_is_kept_and_not_repeated(status):
    await check_refusal(client, "anthropic", status)
