"""tokentape as its users have it: real processes, started by their command lines.

    async with simulated() as provider, served(folder, provider.url, "--mode", "all") as tape:
        ...
        tape.process.send_signal(signal.SIGTERM)
        assert await tape.ended() == 0
        assert "degraded" in tape.log

What is on stderr goes to a file, so that no process ever waits for a reader.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "CLIENTS",
    "ROOT",
    "Program",
    "Served",
    "program_environment",
    "run_program",
    "served",
    "simulated",
    "upstream_flags",
]

ROOT = Path(__file__).parents[2]
CLIENTS = Path(__file__).parent / "clients"

_MAIN = "from gateway.cli import main; main()"
_UPSTREAMS = ("anthropic", "openai", "gemini", "ollama")

# Long enough for a start while the machine does much else.
_START = 20.0


@dataclass
class Served:
    """A process that listens. `log` is its stderr so far."""

    process: asyncio.subprocess.Process
    url: str
    log_file: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    async def ended(self, limit: float = 10.0) -> int:
        """Wait for its end; the exit code."""
        async with asyncio.timeout(limit):
            return await self.process.wait()

    async def stopped(self, limit: float = 10.0) -> int:
        """Ask it to stop and wait for its end; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await self.ended(limit)

    async def logged(self, part: str, limit: float = 5.0) -> str:
        """Wait until `part` is in the log; the log."""
        async with asyncio.timeout(limit):
            while part not in self.log:
                await asyncio.sleep(0.01)
        return self.log


@dataclass(frozen=True)
class Program:
    """What a program that has ended left behind."""

    code: int
    stdout: str
    stderr: str


def program_environment(**more: str) -> dict[str, str]:
    """This process's environment without anything that changes what tokentape or an SDK does."""
    foreign = ("TOKENTAPE_", "ANTHROPIC_", "OPENAI_", "GOOGLE_", "GEMINI_", "OLLAMA_", "PYTEST_", "COV_")
    names = {"CI", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in names}
    kept = {name: value for name, value in kept.items() if not name.startswith(foreign)}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def upstream_flags(url: str) -> list[str]:
    """Every API at one address; with an empty one, the providers' own."""
    if not url:
        return []
    return [flag for name in _UPSTREAMS for flag in ("--upstream", f"{name}={url}")]


@asynccontextmanager
async def listening(
    arguments: Iterable[str],
    folder: Path,
    name: str,
    *,
    around: Sequence[str] = (),
    first: str = "",
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[Served]:
    """Run `tokentape ARGUMENTS` in `folder` until the block ends.

    `first` is Python that the process runs before, `around` a command that runs the process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log_file = folder / f"{name}.{len(list(folder.glob('*.log')))}.log"
    with log_file.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(*around, sys.executable, "-c", f"{first}\n{_MAIN}"),
            *arguments,
            cwd=folder,
            env=program_environment(**(environ or {})),
            stdout=subprocess.PIPE,
            stderr=log,
        )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START):
            line = (await process.stdout.readline()).decode()
        assert line.startswith("listening on http://"), (line, log_file.read_text())
        yield Served(process, line.split()[-1], log_file)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        async with asyncio.timeout(_START):  # until an observer that it had started has ended, too
            await process.stdout.read()


@asynccontextmanager
async def served(
    folder: Path,
    upstream: str,
    *flags: str,
    around: Sequence[str] = (),
    first: str = "",
    environ: Mapping[str, str] | None = None,
) -> AsyncIterator[Served]:
    """`tokentape serve` in front of `upstream`, its cassettes below `folder`; its page if told --observe."""
    page = [] if "--observe" in flags else ["--no-observe"]  # a process that takes half a second to start
    arguments = ["serve", "--port", "0", *upstream_flags(upstream), *page, *flags]
    async with listening(arguments, folder, "serve", around=around, first=first, environ=environ) as process:
        yield process


@asynccontextmanager
async def simulated(folder: Path, *flags: str) -> AsyncIterator[Served]:
    """`tokentape simulate`, quick unless `flags` say otherwise."""
    quick = ["--ttft", "20", "--gap", "2"]
    async with listening(["simulate", "--port", "0", *quick, *flags], folder, "simulate") as process:
        yield process


async def run_program(*command: str, folder: Path, limit: float = 60.0, **environ: str) -> Program:
    """Run a command to its end in `folder`; its first word may be `tokentape` or `python`."""
    words = {"python": [sys.executable], "tokentape": [sys.executable, "-c", _MAIN]}
    folder.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        *words.get(command[0], [command[0]]),
        *command[1:],
        cwd=folder,
        env=program_environment(**environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(limit):
            stdout, stderr = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Program(process.returncode or 0, stdout.decode(errors="replace"), stderr.decode(errors="replace"))
