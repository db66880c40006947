"""A project as users have it: recorded, replayed without a key or a provider, and then changed in all the usual ways.

What its tests then say is in sample_changes.txt, to be read: python -m tests.integration.test_sample_project writes it.
"""

import asyncio
import difflib
import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import indent

from tests.integration.programs import CLIENTS, ROOT, program_environment, run_program, simulated
from tests.integration.sample_changes import CHANGES, Change
from tests.integration.workflows import step_of, workflow

SAMPLE = ROOT / "tests" / "sample_project"
PAGE = Path(__file__).with_name("sample_changes.txt")
KEYS = dict.fromkeys(["ANTHROPIC_API_KEY", "OPENAI_API_KEY"], "a-key-for-tests")
TESTS = 7
# In order; with short tracebacks, since what the SDKs do inside is not ours to keep; without plugins slow to load.
PYTEST = ("-p", "no:randomly", "-p", "no:langsmith_plugin", "-p", "no:hypothesispytest", "--tb=short", "-v")
# Imported once for all runs, which otherwise take most of their time for it. pytest would have it that modules of its
# plugins come later.
IMPORTED = ("anthropic", "openai", "gateway.embedded", "pytest")
ON_STAGE = (*PYTEST, "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")

# Runs pytest in the folder that it lies in.
PROGRAM = """
import os
from pathlib import Path
os.chdir(Path(__file__).parent)
os.environ.update({environ!r})
import pytest
pytest.main({options!r})
"""


async def recorded(folder: Path) -> Path:
    """A copy of the project, recorded."""
    project = folder / "picnic"
    shutil.copytree(SAMPLE, project, ignore=shutil.ignore_patterns("__pycache__"))
    async with simulated(folder, "--ttft", "0", "--gap", "0") as provider:
        upstreams = f"anthropic={provider.url} openai={provider.url}"
        environ = {"TOKENTAPE_UPSTREAMS": upstreams, "TOKENTAPE_MATCH_KEY": "true", **KEYS}
        recording = await run_program("python", "-m", "pytest", *PYTEST, folder=project, **environ)
    assert recording.code == 0, recording.stdout
    assert f"{TESTS} passed" in recording.stdout
    return project


@contextmanager
def stage() -> Iterator[list[str]]:
    """Where pytest is run without each run importing the SDKs for seconds; the command that does it."""
    command = [sys.executable, str(CLIENTS / "stage.py")]
    opened = [*command, "open", *IMPORTED]
    with subprocess.Popen(opened, env=program_environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield [*command, "run", process.stdout.readline().strip()]
        finally:
            process.kill()


async def said(project: Path) -> dict[str, str]:
    """What pytest printed after each change, by the change's name."""
    programs = [str(changed(project, change)) for change in CHANGES]
    with stage() as command:
        run = await run_program(*command, *programs, folder=project, limit=240.0, CI="1")
    assert run.code == 0, run.stderr
    printed = json.loads(run.stdout)
    return {
        change.name: printed[file_of(change)]["stdout"].replace(f"{home(project, change)}/", "") for change in CHANGES
    }


def home(project: Path, change: Change) -> Path:
    """Where the copy with this change is."""
    return project.parent / "changed" / file_of(change).removesuffix(".py")


def changed(project: Path, change: Change) -> Path:
    """A copy with one change, and the program that runs its tests."""
    folder = home(project, change)
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for edit in change.edits:
        edit.made(folder)
    program = folder / file_of(change)
    program.write_text(PROGRAM.format(environ=dict(change.environ), options=[*ON_STAGE]))
    return program


def file_of(change: Change) -> str:
    return re.sub(r"\W+", "_", change.name) + ".py"


def verdicts(output: str) -> dict[str, str]:
    """PASSED or FAILED, by test."""
    return dict(re.findall(r"^(tests/\S+) (PASSED|FAILED)", output, re.MULTILINE))


def misses(output: str) -> list[str]:
    """What the plugin says below each test that failed, in their order."""
    _, _, failures = output.partition("= FAILURES =")
    return re.findall(
        r"^-+ cassette -+\n(.*?)(?=^[-_=]{3,} |^tokentape: \d+ replayed)", failures, re.MULTILINE | re.DOTALL
    )


def page(outputs: dict[str, str]) -> str:
    """The story, to be read."""
    return "\n".join([INTRO, *(line for change in CHANGES for line in chapter(change, outputs[change.name]))])


def edits(change: Change) -> Iterator[str]:
    """The lines that change, by file."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "copy"
        shutil.copytree(SAMPLE, copy)
        for edit in change.edits:
            edit.made(copy)
        for file in dict.fromkeys(edit.file for edit in change.edits):
            before, after = ((folder / file).read_text().splitlines() for folder in (SAMPLE, copy))
            yield f"\n{file}"
            lines = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]
            yield from (f"  {line}".rstrip() for line in lines if not line.startswith("@@"))


def chapter(change: Change, output: str) -> Iterator[str]:
    yield f"\n\n== {change.name} =="
    yield from edits(change)
    if change.environ:
        yield "\nenvironment"
        yield from (f"  + {name}={value}" for name, value in change.environ.items())
    found = verdicts(output)
    failed = [test for test, verdict in found.items() if verdict == "FAILED"]
    if not failed:
        yield f"\nAll {len(found)} tests replay."
        return
    yield f"\n{len(found) - len(failed)} of {len(found)} tests replay, {len(failed)} fail. The first is {failed[0]}:\n"
    yield indent(misses(output)[0].strip(), "    ")


INTRO = """\
What the tests of the sample project say after one change to it, replayed from cassettes that were recorded before.
Written by `python -m tests.integration.test_sample_project`, held by the test in that module."""


async def test_every_change_gets_its_verdict_and_its_cause_is_named(tmp_path: Path) -> None:
    project = await recorded(tmp_path)
    await replays_as_the_page_says(project)
    outputs = await said(project)
    for change in CHANGES:
        output, failed = outputs[change.name], list(verdicts(outputs[change.name]).values()).count("FAILED")
        assert len(verdicts(output)) == TESTS, output
        assert bool(failed) == bool(change.names), f"{change.name}: {output}"
        assert len(misses(output)) == failed, f"{change.name}: {output}"
        assert [message for message in misses(output) if change.names not in message] == [], change.name
    assert page(outputs) == PAGE.read_text(), "python -m tests.integration.test_sample_project writes it anew"


async def replays_as_the_page_says(project: Path) -> None:
    """The workflow of docs/ci.md: no provider, no key, and no socket that leads anywhere else."""
    install, *steps = workflow("tests").values()
    assert "pip install" in install
    options = shlex.join([*PYTEST, "--disable-socket", "--allow-hosts=127.0.0.1"])
    test, check = [await step_of(script, project, PYTEST_ADDOPTS=options) for script in steps]
    assert test.code == 0, test.stdout
    assert f"{TESTS} passed" in test.stdout
    assert check.code == 0, check.stdout


async def written(folder: Path) -> None:
    PAGE.write_text(page(await said(await recorded(folder))))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(written(Path(name)))
