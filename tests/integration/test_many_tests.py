"""Many tests at once under the plugin: two workers, real SDKs, three times the same cassettes, in the order of chance.

`python -m benchmarks.plugin_cost --repeat 20` does it with two hundred, twenty times, and says what the plugin costs.
"""

import re
import shutil
from pathlib import Path

from tests.integration.programs import ROOT, run_program, simulated

MANY, ROUNDS = 40, 3
KEYS = dict.fromkeys(["ANTHROPIC_API_KEY", "OPENAI_API_KEY"], "a-key-for-tests")
# Without plugins that are slow to load.
PYTEST = ("python", "-m", "pytest", "-q", "-p", "no:langsmith_plugin", "-p", "no:hypothesispytest")


async def test_each_gets_its_own_answer_every_time(tmp_path: Path) -> None:
    folder = tmp_path / "streams"
    shutil.copytree(ROOT / "tests" / "many_streams", folder)
    async with simulated(tmp_path, "--ttft", "0", "--gap", "0") as provider:
        upstreams = f"anthropic={provider.url} openai={provider.url}"
        recording = await run_program(*PYTEST, folder=folder, MANY=str(MANY), TOKENTAPE_UPSTREAMS=upstreams, **KEYS)
    assert recording.code == 0, recording.stdout
    assert len(list(folder.rglob("*.cassette"))) == MANY
    replay = await run_program(*PYTEST, "-n", "2", folder=folder, MANY=str(MANY), ROUNDS=str(ROUNDS), CI="1")
    assert replay.code == 0, replay.stdout
    assert re.search(rf"^{MANY * ROUNDS} passed", replay.stdout, re.MULTILINE), replay.stdout
