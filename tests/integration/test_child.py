"""A command beside a gateway: exit codes as a shell gives them, and signals that reach the command."""

import asyncio
import os
import signal
import sys

import pytest

from gateway.cli.child import beside_gateway, run_child
from gateway.settings import Config


@pytest.mark.parametrize(
    ("script", "code"),
    [("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -TERM $$", 143), ("kill -KILL $$", 137)],
)
async def test_the_exit_code_is_the_childs(script, code):
    assert await run_child(["sh", "-c", script], os.environ) == code


async def test_a_command_that_is_not_there_is_127(capsys):
    assert await run_child(["no-such-command-here"], os.environ) == 127
    assert capsys.readouterr().err == "tokentape: cannot start 'no-such-command-here': No such file or directory\n"


async def test_a_command_that_cannot_be_executed_is_126(capsys, tmp_path):
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    assert await run_child([str(script)], os.environ) == 126
    assert capsys.readouterr().err.endswith(": Permission denied\n")


WAITS = """
import signal, sys, time
def leave(number, frame):
    sys.exit(40 + number)
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
    signal.signal(number, leave)
open(sys.argv[1], "w").close()
time.sleep(20)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
async def test_signals_are_passed_on(tmp_path, number):
    started = tmp_path / "started"
    running = asyncio.create_task(run_child([sys.executable, "-c", WAITS, str(started)], os.environ))
    async with asyncio.timeout(10):
        while not started.exists():
            await asyncio.sleep(0.01)
    os.kill(os.getpid(), number)
    assert await running == 40 + number
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_the_child_can_reach_the_gateway(tmp_path):
    config = Config(port=0, mode="replay", cassettes=tmp_path, cassette="none")
    script = (
        "import os, urllib.request as r; url = os.environ['ANTHROPIC_BASE_URL'].removesuffix('/anthropic'); "
        "raise SystemExit(r.urlopen(url + '/_/health').status - 200)"
    )
    code, report = await beside_gateway(config, [sys.executable, "-c", script], os.environ, dummy_keys=True)
    assert (code, report.missed) == (0, 0)


async def test_misses_are_reported(tmp_path):
    config = Config(port=0, mode="replay", cassettes=tmp_path, cassette="none")
    script = (
        "import os, urllib.request as r, urllib.error as e\n"
        "try: r.urlopen(os.environ['OPENAI_BASE_URL'] + '/chat/completions', b'{}')\n"
        "except e.HTTPError as error: raise SystemExit(error.code - 404)"
    )
    code, report = await beside_gateway(config, [sys.executable, "-c", script], os.environ, dummy_keys=True)
    assert code == 0
    assert (report.missed, len(report.misses)) == (1, 1)


async def test_a_gateway_that_cannot_start_starts_no_child(tmp_path):
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as taken:
        port = taken.sockets[0].getsockname()[1]
        ran = tmp_path / "ran"
        with pytest.raises(OSError, match="address already in use"):
            await beside_gateway(
                Config(port=port, cassettes=tmp_path), ["touch", str(ran)], os.environ, dummy_keys=False
            )
        assert not ran.exists()
