"""`make demo` in full: it records, the provider goes, it replays the same bytes."""

from gateway.demo import demonstrate


async def test_the_demonstration_works_and_can_be_repeated(tmp_path):
    for _ in range(2):
        told = []
        shown = await demonstrate(tmp_path, told.append)
        assert shown.same
        assert len(shown.replayed.pieces) == len(shown.recorded.pieces) > 10
        assert len(told) == 4
    assert [path.name for path in tmp_path.glob("*.cassette")] == ["demo.cassette"]
