"""One request and its answer: what becomes an interaction, and what does not."""

from gateway.bench.shot import Shot
from recorder.interaction import Chunk, End, Response
from tests.gateway.bench.targets import MS, REQUEST, Reply, answered


def test_times_count_from_sending_and_reads_that_came_together_stay_chunks():
    shot = answered(sent=40, ttft=100, gap=10, texts=("a",), usage=None)
    interaction = shot.interaction({"version": "1"})
    assert interaction.head_at == 100_000
    assert [chunk.at for chunk in interaction.chunks] == [100_000, 110_000, 120_000]
    assert interaction.end_at == 130_000
    assert interaction.facts == {"version": "1", "connection": "reused"}
    assert shot.first_byte == 100 * MS


async def test_what_is_abandoned_before_its_head_has_no_interaction():
    shot = Shot(0, REQUEST, None, 0)
    shot.abandon(5)
    assert shot.ended.is_set()
    assert shot.failure.reason == "abandoned"
    assert shot.interaction({}) is None
    assert (shot.queued, shot.first_byte) == (None, None)


async def test_what_is_abandoned_later_ends_there_and_frees_its_connection():
    shot, reply = Shot(0, REQUEST, 0, 0), Reply()
    shot.sent(reply, 0)
    shot.receive(Response(200), 1_000, b"x", None)
    shot.abandon(5_000)
    assert reply.closed
    interaction = shot.interaction({})
    assert interaction.chunks == (Chunk(1, b"x"),)
    assert interaction.end == End("client_closed", "the run was ended")
