"""The commands as processes: what scripts rely on, and what a stranger on the machine could."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.integration.programs import listening, program_environment, run_program, served, simulated

QUESTION = {"model": "m", "max_tokens": 50, "messages": [{"role": "user", "content": "hi"}]}


@pytest.mark.parametrize("command", ["serve", "simulate"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_one_line_then_nothing_and_0_at_a_signal(tmp_path, command, number):
    async with listening([command, "--port", "0"], tmp_path, command) as process:
        process.process.send_signal(number)
        assert await process.process.stdout.read() == b""
        assert await process.ended() == 0
        assert "Traceback" not in process.log


async def test_only_this_machine_is_listened_to(tmp_path):
    async with listening(["serve", "--port", "0"], tmp_path, "serve") as process:
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
        port = f":{process.port:04X}"
    assert [row[1] for row in rows if row[3] == "0A" and row[1].endswith(port)] == [f"0100007F{port}"]


@pytest.mark.parametrize("command", ["serve", "simulate"])
async def test_a_port_in_use_is_one_line_and_3(tmp_path, command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = await run_program("tokentape", command, "--port", str(taken.getsockname()[1]), folder=tmp_path)
    assert (ran.code, ran.stdout) == (3, "")
    assert ran.stderr.splitlines()[-1].startswith("tokentape: the port is in use (")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("environ", "toml", "reason"),
    [
        ({"CI": "1"}, "", "mode replay (CI is set)"),
        ({"CI": "1"}, "mode = 'live'", "mode live (file)"),
        ({"TOKENTAPE_MODE": "all"}, "mode = 'live'", "mode all (environment)"),
    ],
)
async def test_the_mode_is_told_and_why(tmp_path, environ, toml, reason):
    (tmp_path / "tokentape.toml").write_text(toml)
    async with listening(["serve", "--port", "0"], tmp_path, "serve", environ=environ) as process:
        assert reason in process.log


async def test_run_passes_input_output_and_code_through(tmp_path):
    child = "import sys; print(sys.stdin.read().upper(), end=''); sys.exit(9)"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from gateway.cli import main; main()", "run", "--mode", "live", "--"),
        *(sys.executable, "-c", child),
        cwd=tmp_path,
        env=program_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await process.communicate(b"from stdin")
    assert (process.returncode, out) == (9, b"FROM STDIN")
    assert err.splitlines()[-1] == b"tokentape: no cassette was used"


async def test_a_signal_to_run_reaches_the_command(tmp_path):
    child = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(33)); "
        "print('listening on http://nothing', flush=True); time.sleep(20)"
    )
    command = ["run", "--mode", "live", "--", sys.executable, "-c", child]
    async with listening(command, tmp_path, "run") as process:
        assert await process.stopped() == 33
        assert "no cassette was used" in process.log


MISSES = """
import os, urllib.error, urllib.request
request = urllib.request.Request(os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages", b'{"model": "m"}')
try:
    urllib.request.urlopen(request)
except urllib.error.HTTPError as error:
    print(error.code)
"""


async def test_a_miss_that_the_command_swallows_is_4_all_the_same(tmp_path):
    ran = await run_program("tokentape", "run", "--mode", "replay", "--", sys.executable, "-c", MISSES, folder=tmp_path)
    assert (ran.code, ran.stdout) == (4, "404\n")
    assert "tokentape: missed: " in ran.stderr
    assert not (tmp_path / "cassettes").exists()


ASKS = f"""
import json, os, urllib.request
body = json.dumps({{"stream": True, **{QUESTION}}}).encode()
request = urllib.request.Request(os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages", body)
print(urllib.request.urlopen(request).read())
"""


async def test_record_then_replay_with_the_provider_gone(tmp_path):
    """What tokentape is for, as its first user does it."""
    command = ("tokentape", "run", "--pacing", "instant", "--", sys.executable, "-c", ASKS)
    async with simulated(tmp_path) as provider:
        upstream = {"TOKENTAPE_UPSTREAMS": f"anthropic={provider.url}"}
        recorded = await run_program(*command, folder=tmp_path, **upstream)
    replayed = await run_program(*command, folder=tmp_path, **upstream)
    assert (recorded.code, replayed.code) == (0, 0)
    assert replayed.stdout == recorded.stdout
    assert "message_stop" in replayed.stdout
    assert recorded.stderr.endswith("recorded 1, replayed 0, missed 0 in cassettes/default.cassette\n")
    assert replayed.stderr.endswith("recorded 0, replayed 1, missed 0 in cassettes/default.cassette\n")
    shown = await run_program("tokentape", "cassette", "show", "default", folder=tmp_path)
    assert "POST /v1/messages" in shown.stdout
    assert "model m" in shown.stdout


async def test_the_rest_of_the_environment_is_not_listened_to(tmp_path):
    """A canary in the variables that other programs obey: it hears nothing, and the request goes where it should."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        trap = f"http://127.0.0.1:{canary.getsockname()[1]}"
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "OPENAI_BASE_URL")
        async with (
            simulated(tmp_path) as provider,
            served(tmp_path, provider.url, "--mode", "live", environ=dict.fromkeys(names, trap)) as tape,
            aiohttp.ClientSession() as session,
            session.post(f"{tape.url}/openai/v1/chat/completions", json=QUESTION) as response,
        ):
            assert response.status == 200
        with pytest.raises(BlockingIOError):
            canary.accept()


async def test_no_key_on_a_command_line_or_in_a_log(tmp_path):
    key = "sk-" + "proj-" + os.urandom(20).hex()
    async with (
        simulated(tmp_path) as provider,
        served(tmp_path, provider.url, "--mode", "all", "--log-level", "debug") as tape,
        aiohttp.ClientSession(headers={"authorization": f"Bearer {key}"}) as session,
        session.post(f"{tape.url}/openai/v1/chat/completions?key={key}", json=QUESTION) as response,
    ):
        assert response.status == 200
        assert key.encode() not in Path(f"/proc/{tape.pid}/cmdline").read_bytes()
        assert await tape.stopped() == 0
        assert key not in tape.log
