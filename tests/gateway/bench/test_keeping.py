"""A run on a cassette."""

from gateway.bench.keeping import keep
from gateway.bench.result import read_shots
from gateway.bench.shot import Shot
from gateway.measuring import measurement_of
from recorder.cassette import Cassette
from recorder.errors import CassetteError
from recorder.store import Limits, Store
from tests.gateway.bench.targets import REQUEST, answered


async def test_every_answer_is_kept_in_order_with_its_numbers(tmp_path):
    failed = Shot(1, REQUEST, 0, 0)
    failed.fail("refused", "nobody there")
    readings = list(read_shots([answered(0, ttft=50), failed, answered(2, ttft=70)], lambda _: {"version": "1"}))
    store = Store(tmp_path / "run.cassette")
    assert keep(readings, Cassette("run", store)) == []
    stored = [store.load(entry) for entry in store.read()]
    assert [measurement_of(each) for each in stored] == [readings[0].measurement, readings[2].measurement]
    store.close()


async def test_what_is_too_large_is_told_and_the_others_are_kept(tmp_path):
    readings = list(read_shots([answered(0, texts=("x" * 5000,)), answered(1)], lambda _: {}))
    store = Store(tmp_path / "run.cassette", limits=Limits(file=3000))
    refused = keep(readings, Cassette("run", store))
    assert len(refused) == 1
    assert len(store.read()) == 1
    store.close()


async def test_a_disk_without_room_is_told_and_nothing_raised(tmp_path, monkeypatch):
    def full(*_):
        raise CassetteError("no room")

    readings = list(read_shots([answered(0), answered(1)], lambda _: {}))
    store = Store(tmp_path / "run.cassette")
    monkeypatch.setattr(Store, "append", full)
    assert keep(readings, Cassette("run", store)) == ["no room", "no room"]
