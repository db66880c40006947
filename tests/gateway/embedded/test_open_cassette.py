"""One session on a cassette: where it is reached, and what has passed."""

import asyncio
import socket
import urllib.error
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from gateway.config import ConfigError
from gateway.embedded import Gateway
from gateway.embedded.open_cassette import OpenCassette
from gateway.environment import DUMMY_KEY
from recorder.interaction import COMPLETE, Interaction, Request, Response
from tests.gateway.embedded.asking import ask
from tests.integration.pytest_projects import provider
from tests.integration.upstreams import SSE, chunk, plays, scripted

__all__ = ["provider"]


@pytest.fixture
def gateway(provider, tmp_path):
    with Gateway(folder=tmp_path, cassettes=tmp_path, upstreams={"anthropic": provider}, pacing="instant") as running:
        yield running


def missed(cassette, text="something else"):
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(cassette, text)
    refused.value.close()


def test_what_has_passed(gateway):
    with gateway.cassette("one") as cassette:
        ask(cassette, "first")
        ask(cassette, "second")
        assert (cassette.recorded, cassette.replayed, cassette.offline, cassette.mode) == (2, 0, False, "once")
    with gateway.cassette("one") as cassette:
        assert cassette.unplayed == (0, 1)
        ask(cassette, "second")
        missed(cassette)
        assert cassette.offline
        assert [b"second" in interaction.request.body for interaction in cassette.interactions] == [True]
        assert cassette.transcript.choices[0].text
        assert 0 < cassette.ttft < 5
    assert (cassette.recorded, cassette.replayed, cassette.missed, cassette.unplayed) == (0, 1, 1, (0,))
    assert "something else" in cassette.misses[0]
    assert cassette.degraded is None
    assert 0 <= cassette.age < 0.1


async def test_what_has_just_been_said_is_waited_for_although_its_end_comes_later(tmp_path):
    def heed(url):
        """Like an SDK: take the last event, and go on before the stream's end."""
        place = urlsplit(url)
        with socket.create_connection((place.hostname, place.port), timeout=10) as client:
            client.sendall(
                b"POST %b/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}" % place.path.encode()
            )
            heard = b""
            while b"[DONE]" not in heard:
                heard += client.recv(65536)

    def passed(url):
        with (
            Gateway(folder=tmp_path, cassettes=tmp_path, upstreams={"acme": url}) as running,
            running.cassette("one") as cassette,
        ):
            heed(cassette.base_url("acme"))
            return cassette.interactions, cassette.recorded

    async with scripted(plays(SSE, chunk(b"data: [DONE]\n\n"), 0.2, chunk(b""))) as upstream:
        interactions, recorded = await asyncio.to_thread(passed, upstream.url)
    assert ([interaction.end for interaction in interactions], recorded) == ([COMPLETE], 1)


def test_what_could_not_be_recorded_is_told(provider, tmp_path):
    upstreams = {"anthropic": provider}
    with (
        Gateway(folder=tmp_path, cassettes=tmp_path, upstreams=upstreams, max_interaction=100) as running,
        running.cassette("one") as cassette,
    ):
        ask(cassette)
        assert "has bodies over the limit of 100 bytes" in cassette.degraded
        assert cassette.interactions == ()


def test_nothing_has_passed(gateway):
    with gateway.cassette("one", mode="replay") as cassette:
        assert cassette.interactions == cassette.misses == cassette.unplayed == cassette.ttfts == ()
        assert cassette.age is None
        for ask_for in ("transcript", "ttft"):
            with pytest.raises(LookupError, match="cassette one: nothing has been played or recorded yet"):
                getattr(cassette, ask_for)
    assert not cassette.path.exists()


def test_before_it_is_opened_there_is_nothing(gateway):
    cassette = gateway.cassette("one")
    assert (cassette.missed, cassette.recorded, cassette.replayed, cassette.degraded) == (0, 0, 0, None)
    assert cassette.misses == cassette.unplayed == ()
    cassette.close()
    for ask_for in (lambda: cassette.base_url("anthropic"), lambda: cassette.environment({})):
        with pytest.raises(ConfigError, match="cassette one: it is not open"):  # nor is it the default cassette's
            ask_for()


def test_it_is_opened_once_at_a_time(gateway):
    with gateway.cassette("one") as cassette:
        ask(cassette)
        with pytest.raises(ConfigError, match="cassette one: it is open already"):
            cassette.open()
    with cassette:
        assert cassette.interactions == ()


def test_the_environment_has_dummy_keys_where_no_provider_is_asked(gateway):
    keys = {"ANTHROPIC_API_KEY": "mine"}
    with gateway.cassette("one", mode="replay") as cassette:
        environment = cassette.environment(keys)
        assert environment["ANTHROPIC_BASE_URL"] == cassette.base_url("anthropic")
        assert (environment["ANTHROPIC_API_KEY"], environment["OPENAI_API_KEY"]) == ("mine", DUMMY_KEY)
        assert "127.0.0.1" in environment["NO_PROXY"]
    with gateway.cassette("one", mode="new_episodes") as cassette:
        assert "OPENAI_API_KEY" not in cassette.environment(keys)


class TestFailed:
    def record(self, gateway, *, mode, failed):
        with gateway.cassette("a/one", mode=mode) as cassette:
            ask(cassette)
            cassette.close(failed=failed)
        return cassette

    @pytest.mark.parametrize("mode", ["once", "new_episodes", "all"])
    def test_a_first_recording_is_put_aside_until_there_is_a_good_one(self, gateway, tmp_path, mode):
        for _ in range(2):
            cassette = self.record(gateway, mode=mode, failed=True)
            assert cassette.aside == tmp_path / "a" / "one.failed.cassette"
            assert [path.name for path in (tmp_path / "a").iterdir()] == ["one.failed.cassette"]
        good = self.record(gateway, mode=mode, failed=False)
        assert good.aside is None
        assert [path.name for path in (tmp_path / "a").iterdir()] == ["one.cassette"]

    def test_what_is_there_stays(self, gateway):
        good = self.record(gateway, mode="once", failed=False).path
        before = good.read_bytes()
        assert self.record(gateway, mode="once", failed=True).aside is None
        assert self.record(gateway, mode="all", failed=True).aside == good.with_name("one.failed.cassette")
        assert good.read_bytes() == before
        assert sorted(path.name for path in good.parent.iterdir()) == ["one.cassette", "one.failed.cassette"]
        with gateway.cassette("a/one", mode="new_episodes") as cassette:
            ask(cassette, "more")
            cassette.close(failed=True)
        assert good.read_bytes().startswith(before)
        assert len(good.read_bytes()) > len(before)

        self.record(gateway, mode="all", failed=False)
        assert [path.name for path in good.parent.iterdir()] == ["one.cassette"]

    def test_a_block_that_raises_has_failed(self, gateway):
        def work(cassette):
            with cassette:
                ask(cassette)
                raise KeyError

        cassette = gateway.cassette("a/one")
        with pytest.raises(KeyError):
            work(cassette)
        assert cassette.aside is not None


@pytest.mark.parametrize(
    ("recorded_at", "known"),
    [("2026-01-01T00:00:00+00:00", True), ("2026-01-01", True), ("soon", False), (None, False)],
)
def test_age_is_what_the_cassette_says_if_it_says_something(gateway, recorded_at, known):
    cassette = gateway.cassette("one")
    interaction = Interaction(Request("x", "POST", "/"), Response(200), 0, (), COMPLETE, 0)
    cassette.took(replace(interaction, facts={"recorded_at": recorded_at}))
    assert (cassette.age is not None) is known
    assert isinstance(cassette, OpenCassette)
