"""Projects whose tests are run by a pytest of their own, as a user runs them.

    def test_it(project):
        project.tests(test_a="...")
        project.run("-n", "2").assert_outcomes(passed=1)

The provider is a simulated one in this process. Inner runs see nothing of the outer one's environment.
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from gateway.hosting import hosted
from gateway.simulator import Simulation, simulator_runner

__all__ = ["Project", "project", "provider"]

ROOT = Path(__file__).parents[2]
_FOREIGN = ("TOKENTAPE_", "ANTHROPIC_", "OPENAI_", "GOOGLE_", "GEMINI_", "OLLAMA_", "PYTEST_", "COV_", "CI", "NO_COLOR")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")

_NOBODY = "http://127.0.0.1:9"
# Others take most of the time of a run.
_PLUGINS = ("tokentape", "xdist")

_IMPORTS = "import os\nimport pytest\nfrom calls import TEXT, ask, swallow\n"

_CALLS = '''
import json, os, urllib.error, urllib.request

TEXT = os.environ.get("TEXT", "hello")

def ask(text=TEXT, base=None):
    """One streamed answer over plain HTTP: its body, as text."""
    url = (base or os.environ["ANTHROPIC_BASE_URL"]) + "/v1/messages"
    message = {"role": "user", "content": text}
    body = json.dumps({"model": "claude", "max_tokens": 99, "stream": True, "messages": [message]}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()

def swallow(text=TEXT, base=None):
    """The same by an application that hides what goes wrong."""
    try:
        return ask(text, base)
    except urllib.error.HTTPError as error:
        error.close()
'''


class Project:
    """A folder with tests and configuration. Its provider can be told to be unreachable."""

    def __init__(self, pytester: pytest.Pytester, provider: str) -> None:
        self.path = pytester.path
        self._pytester = pytester
        pytester.makepyfile(calls=_CALLS)
        self.provider(provider)
        self.plugins(*_PLUGINS)
        self.ini()

    def plugins(self, *names: str) -> None:
        """Which plugins there are."""
        self._plugins = [word for name in names for word in ("-p", name)]

    def provider(self, url: str) -> None:
        """Where the upstreams are."""
        lines = [f'{name} = "{url}"' for name in ("anthropic", "openai")]
        (self.path / "tokentape.toml").write_text("\n".join(["[upstreams]", *lines, ""]))

    def ini(self, *lines: str) -> None:
        """The ini file's lines."""
        self._pytester.makeini("\n".join(["[pytest]", *lines]))

    def tests(self, **modules: str) -> None:
        """Test modules, by name."""
        for name, source in modules.items():
            (self.path / f"{name}.py").write_text(f"{_IMPORTS}\n{dedent(source)}")

    def run(self, *arguments: str) -> pytest.RunResult:
        """Run pytest as a process of its own."""
        return self._pytester.runpytest_subprocess(*self._plugins, *arguments)

    def record(self, *arguments: str) -> None:
        """Run, and then take the provider away: whatever follows replays."""
        result = self.run(*arguments)
        assert result.ret == 0, result.stdout.str()
        self.provider(_NOBODY)

    @property
    def cassettes(self) -> list[str]:
        """All cassette files, as paths below the project."""
        return sorted(str(path.relative_to(self.path)) for path in self.path.rglob("*.cassette"))


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The URL of a simulated provider, in a thread."""
    with _simulated() as url:
        yield url


@contextmanager
def _simulated() -> Iterator[str]:
    started, stop = threading.Event(), threading.Event()
    urls: list[str] = []

    async def serve() -> None:
        simulation = Simulation(ttft_ms=1, gap_ms=0, words=4)
        async with hosted(simulator_runner(simulation)) as url:
            urls.append(url)
            started.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield urls[0]
    finally:
        stop.set()
        thread.join(10)


@pytest.fixture
def project(pytester: pytest.Pytester, provider: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty project, with the provider configured."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN) or name.upper() in _PROXIES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return Project(pytester, provider)
