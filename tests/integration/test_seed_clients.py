"""Programs as people write them, with the real SDKs and LangChain: unchanged through the gateway, and offline.

What a program prints when it talks to the provider itself is what it must print while it is recorded, and again in
replay with the provider gone. The programs in clients/ are run in batches (clients/stage.py says how), several at once
against one gateway, as a test suite would.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from recorder.interaction import COMPLETE
from tests.integration.gateways import RawClient, ask, gateway, post, recorded
from tests.integration.programs import (
    CLIENTS,
    ROOT,
    Program,
    Served,
    program_environment,
    run_program,
    served,
    simulated,
    upstream_flags,
)
from tests.integration.upstreams import SSE, chunk, plays, scripted

OWN = sorted(path for path in CLIENTS.glob("*.py") if path.name != "stage.py")
SEEDS = sorted((ROOT.parent / "shared" / "seed_clients").glob("seed_*.py"))
BATCHES = {"own": OWN, "seeds": SEEDS}

# Of each start of each program: a few minutes for all. CONTRIBUTING.md says when it is worth it.
THOROUGH = "TOKENTAPE_THOROUGH" in os.environ

KEYS = dict.fromkeys(["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"], "a-key-for-tests")


def printed(program: Program) -> dict[str, str]:
    """What each program of a batch printed."""
    assert program.code == 0, program.stderr
    results = json.loads(program.stdout)
    assert {name: result["code"] for name, result in results.items()} == dict.fromkeys(results, 0), program.stderr
    return {name: without_random_ids(result["stdout"]) for name, result in results.items()}


def without_random_ids(text: str) -> str:
    """LangChain gives each run a random id, and its messages one made from it."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>", text)


def straight_to(provider: Served) -> dict[str, str]:
    url = provider.url
    return {
        **KEYS,
        "ANTHROPIC_BASE_URL": url,
        "OPENAI_BASE_URL": f"{url}/v1",
        "GOOGLE_GEMINI_BASE_URL": url,
        "OLLAMA_HOST": url,
        "NO_PROXY": "127.0.0.1",
    }


def through(gate: Served) -> dict[str, str]:
    url = gate.url
    return {**KEYS, "ANTHROPIC_BASE_URL": f"{url}/anthropic", "NO_PROXY": "127.0.0.1"}


@pytest.fixture(scope="module")
def stage() -> Iterator[list[str]]:
    """The open stage, as the command that runs the programs named after it."""
    command = [sys.executable, str(CLIENTS / "stage.py")]
    with subprocess.Popen([*command, "open"], env=program_environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield [*command, "run", process.stdout.readline().strip()]
        process.kill()


async def taped(command: list[str], folder: Path, *flags: str, **environ: str) -> Program:
    """Run a command below `tokentape run`."""
    return await run_program("tokentape", "run", *flags, "--", *command, folder=folder, **environ)


@pytest.mark.parametrize("batch", BATCHES)
async def test_a_program_prints_the_same_live_recorded_and_replayed(
    batch: str, stage: list[str], tmp_path: Path
) -> None:
    if not BATCHES[batch]:
        pytest.skip("the seed programs are not beside this repository")
    command = [*stage, *map(str, BATCHES[batch])]
    async with simulated(tmp_path) as provider:
        expected = printed(await run_program(*command, folder=tmp_path, **straight_to(provider)))
    async with simulated(tmp_path) as provider:
        recording = await taped(command, tmp_path, "--mode", "all", *upstream_flags(provider.url), **KEYS)
    assert printed(recording) == expected
    assert all(text.strip() for text in expected.values())

    for pacing in ("instant", "recorded"):
        replay = await taped(command, tmp_path, "--mode", "replay", "--pacing", pacing)
        assert printed(replay) == expected
        assert "recorded 0, " in replay.stderr
        assert "missed 0" in replay.stderr


@pytest.mark.parametrize("program", [*OWN, *SEEDS] if THOROUGH else [], ids=lambda path: path.stem)
async def test_a_program_alone(program: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(program)]
    async with simulated(tmp_path) as provider:
        expected = await run_program(*command, folder=tmp_path, **straight_to(provider))
    async with simulated(tmp_path) as provider:
        runs = [await taped(command, tmp_path, "--mode", "all", *upstream_flags(provider.url), **KEYS)]
    for pacing in ("instant", "recorded"):
        runs.append(await taped(command, tmp_path, "--mode", "replay", "--pacing", pacing))
    assert expected.stdout.strip()
    for run in runs:
        assert run.code == 0, run.stderr
        assert without_random_ids(run.stdout) == without_random_ids(expected.stdout)


async def test_who_leaves_early_does_not_spoil_the_answers_of_others_with_the_same_body(
    stage: list[str], tmp_path: Path
) -> None:
    names = ("langchain_leaves_early.py", "langchain_stream.py", "langchain_astream.py")
    early, *others = [str(CLIENTS / name) for name in names]
    async with (
        simulated(tmp_path) as provider,
        served(tmp_path, provider.url, "--mode", "all") as gate,
    ):
        in_turn = [*stage, "--in-turn", early, *others]
        first = printed(await run_program(*in_turn, folder=tmp_path, **through(gate)))
        assert await gate.stopped() == 0
    interactions = recorded(tmp_path / "cassettes")
    assert [interaction.end for interaction in interactions] == [COMPLETE] * 3
    assert [interaction.facts.get("client_left") for interaction in interactions] == [True, None, None]
    assert len({interaction.request.body for interaction in interactions}) == 1
    assert len({interaction.body for interaction in interactions}) == 1

    # The first answer on the cassette is the one that was left: whoever asks first gets it, whole.
    replay = await taped([*stage, *others], tmp_path, "--mode", "replay", "--pacing", "instant")
    assert printed(replay) == {name: first[name] for name in names[1:]}
    assert len(set(first.values())) == 2, "both that read to the end printed the same"


async def test_who_leaves_early_while_new_episodes_are_recorded(cassettes: Path) -> None:
    events = [b"data: %d\n\n" % number for number in range(6)]
    steps = [step for event in events for step in (chunk(event), 0.02)]
    async with (
        scripted(plays(SSE, *steps, chunk(b""))) as upstream,
        gateway(upstream.url, mode="new_episodes", cassettes=cassettes) as gate,
    ):
        async with RawClient.to(gate.port) as early:
            await early.send(post())
            await early.until(events[1])
        assert (await ask(gate)).body == b"".join(events)
        assert (await ask(gate)).body == b"".join(events)
    async with gateway("http://127.0.0.1:9", mode="replay", cassettes=cassettes) as gate:
        for _ in range(3):
            assert (await ask(gate)).body == b"".join(events)
