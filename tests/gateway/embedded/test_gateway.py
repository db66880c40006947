"""A gateway in a thread, as a program has it: a simulated provider, and clients that block the thread they are in."""

import asyncio
import threading
import urllib.error
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.embedded import Gateway
from gateway.settings import ConfigError
from recorder.errors import CassetteLocked, CassetteName
from recorder.pacing import Pacing
from tests.gateway.embedded.asking import ask
from tests.integration.pytest_projects import provider

__all__ = ["provider"]


@pytest.fixture
def settings(provider, tmp_path):
    return {
        "folder": tmp_path,
        "cassettes": tmp_path,
        "upstreams": {"anthropic": provider},
        "pacing": Pacing("instant"),
    }


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "tokentape-gateway"]


def test_it_records_and_another_replays_without_a_provider(settings):
    with Gateway(**settings) as gateway, gateway.cassette("greeting") as cassette:
        first = ask(cassette)
    settings.pop("upstreams")
    with Gateway(mode="replay", **settings) as gateway, gateway.cassette("greeting") as cassette:
        assert ask(cassette) == first
        assert cassette.offline
    assert threads() == []


async def test_it_is_an_asynchronous_context_too(settings):
    async with Gateway(**settings) as gateway, gateway.cassette("greeting") as cassette:
        answers = await asyncio.gather(*[asyncio.to_thread(ask, cassette, "hi") for _ in range(4)])
        assert len(set(answers)) == 1
        assert cassette.recorded == 4


def test_two_cassettes_in_two_threads_do_not_meet(settings):
    with Gateway(**settings) as gateway, gateway.cassette("a/one") as one, gateway.cassette("b/one") as two:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: ask((one, two)[number % 2], f"text {number % 2}"), range(10)))
        assert one.recorded == two.recorded == 5
        assert len({interaction.request.body for interaction in one.interactions}) == 1


def test_a_cassette_that_is_being_recorded_is_not_recorded_twice(settings):
    with Gateway(**settings) as gateway, gateway.cassette("one"), pytest.raises(CassetteLocked, match="already being"):
        gateway.cassette("one").open()


def test_a_client_of_an_ended_session_is_told_so(settings):
    with Gateway(**settings) as gateway:
        with gateway.cassette("one") as cassette:
            pass
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(cassette)
        with refused.value as answer:
            assert "the session 'one~1' has ended" in answer.read().decode()


def test_closing_again_or_in_the_wrong_order_is_harmless(settings):
    gateway = Gateway(**settings).open()
    cassette = gateway.cassette("one").open()
    ask(cassette)
    gateway.close()
    cassette.close()
    gateway.close()
    assert cassette.path.exists()
    assert gateway.report is not None
    assert threads() == []


def test_it_can_be_opened_again_but_not_twice(settings):
    gateway = Gateway(**settings)
    for _ in range(2):
        with gateway, gateway.cassette("one") as cassette:
            ask(cassette)
            with pytest.raises(ConfigError, match="started already"):
                gateway.open()


def test_what_is_not_running_opens_nothing(settings):
    gateway = Gateway(**settings)
    with pytest.raises(ConfigError, match="not running"):
        gateway.cassette("one")
    with gateway:
        cassette = gateway.cassette("one")
    with pytest.raises(ConfigError, match="not running"):
        cassette.open()


def test_a_port_that_is_taken_is_told_by_open(settings):
    with Gateway(**settings) as first:
        second = Gateway(**settings, port=int(first.url.rpartition(":")[2]))
        with pytest.raises(OSError, match="in use"):
            second.open()
    assert threads() == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"prot": 1}, r"Gateway\(prot=...\): unknown setting; the nearest is Gateway\(port=...\)"),
        ({"mode": "twice"}, r"Gateway\(mode=...\): expected one of replay, .*; got 'twice'"),
        ({"upstreams": {"x": "ftp://x"}}, r"Gateway\(upstreams=...\): expected upstreams .*"),
    ],
    ids=["key", "value", "upstream"],
)
def test_settings_that_cannot_be_used_are_named(tmp_path, wrong, complaint):
    with pytest.raises(ConfigError, match=complaint):
        Gateway(folder=tmp_path, **wrong)


def test_settings_come_from_the_file_in_the_folder(tmp_path, monkeypatch):
    (tmp_path / "tokentape.toml").write_text('repeat = "never"\nmode = "all"\n')
    gateway = Gateway(folder=tmp_path, mode="replay")
    assert (gateway.config.repeat, gateway.config.mode, gateway.config.port) == ("never", "replay", 0)
    (tmp_path / "other.toml").write_text('repeat = "last"\n')
    assert Gateway(folder=tmp_path, config_file=tmp_path / "other.toml").config.repeat == "last"


class TestCassette:
    @pytest.mark.parametrize(
        ("wanted", "complaint"),
        [
            ({"mode": "once"}, "expected the mode replay, since this gateway only replays; got once"),
            ({"pacing": "slow"}, "expected recorded, instant, .*; got 'slow'"),
            ({"match": {"ignored": ["x"]}}, "ignored"),
            ({"faults": "explode"}, "faults: .*explode"),
        ],
        ids=["mode", "pacing", "match", "faults"],
    )
    def test_what_cannot_be_wanted_is_said(self, settings, wanted, complaint):
        with Gateway(mode="replay", **settings) as gateway, pytest.raises((ConfigError, ValueError), match=complaint):
            gateway.cassette("one", **wanted)

    def test_a_name_that_is_none_opens_nothing(self, settings):
        with Gateway(mode="replay", **settings) as gateway, pytest.raises(CassetteName):
            gateway.cassette("../one").open()

    def test_rules_of_its_own(self, settings, tmp_path):
        with Gateway(**settings) as gateway:
            with gateway.cassette("one", folder=tmp_path / "own") as cassette:
                ask(cassette, "hi")
            assert cassette.path == tmp_path / "own" / "one.cassette"
            rules = {"match": {"ignore": ["messages"]}, "mode": "replay", "remedy": "do this"}
            with gateway.cassette("one", folder=tmp_path / "own", **rules) as cassette:
                assert ask(cassette, "another text")
            with gateway.cassette("one", folder=tmp_path / "own", mode="replay", remedy="do this") as cassette:
                with pytest.raises(urllib.error.HTTPError) as refused:
                    ask(cassette, "another text")
                refused.value.close()
                assert cassette.misses[0].endswith("To record this request: do this")

    def test_base_urls(self, settings):
        with Gateway(mode="replay", **settings) as gateway, gateway.cassette("a/b") as cassette:
            assert cassette.base_url("openai") == f"{gateway.url}/@b~1/openai/v1"
            assert gateway.base_url("openai") == f"{gateway.url}/openai/v1"
            with pytest.raises(ValueError, match=r"expected an upstream of anthropic, .*; got 'nobody'"):
                cassette.base_url("nobody")
