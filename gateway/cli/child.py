"""A command beside a gateway: started once the gateway listens, given our signals, waited for.

gateway listens ──> child starts ──> child ends ──> gateway finishes its recordings ──> report
                    signals ──┘
"""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from gateway.cli.console import say
from gateway.environment import child_environment
from gateway.hosting import gateway_beside
from gateway.server import Report
from gateway.settings import Config

__all__ = ["beside_gateway", "run_child"]

NOT_FOUND, NOT_EXECUTABLE, BY_SIGNAL = 127, 126, 128  # as shells have it

_PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
_FROM_KEYBOARD = (signal.SIGINT, signal.SIGQUIT)


async def beside_gateway(
    config: Config, command: Sequence[str], environ: Mapping[str, str], *, dummy_keys: bool
) -> tuple[int, Report]:
    """Run `command` while a gateway serves it; its exit code, and what the gateway did."""
    async with gateway_beside(config) as (url, serving):
        code = await run_child(command, child_environment(environ, url, dummy_keys=dummy_keys))
    return code, serving.result()


async def run_child(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run `command` to its end, passing signals on; its exit code as a shell would give it."""
    arrived: asyncio.Queue[int] = asyncio.Queue()
    with _signals_into(arrived):
        try:
            process = await asyncio.create_subprocess_exec(*command, env=dict(environ))
        except OSError as error:
            say(f"cannot start {command[0]!r}: {error.strerror}")
            return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
        passing = asyncio.create_task(_pass_on(arrived, process))
        try:
            code = await process.wait()
        finally:
            passing.cancel()
    return code if code >= 0 else BY_SIGNAL - code


async def _pass_on(arrived: asyncio.Queue[int], process: asyncio.subprocess.Process) -> None:
    while True:
        number = await arrived.get()
        if number in _FROM_KEYBOARD and _in_foreground():
            continue  # Ctrl-C reaches every process in the foreground: the child has it already
        with suppress(ProcessLookupError):
            process.send_signal(number)


def _in_foreground() -> bool:
    """Whether a terminal's keyboard signals go to this process's group, to which the child belongs."""
    try:
        return os.tcgetpgrp(sys.__stdin__.fileno() if sys.__stdin__ else 0) == os.getpgrp()
    except OSError:
        return False


@contextmanager
def _signals_into(arrived: asyncio.Queue[int]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    signals = (*_PASSED_ON, *_FROM_KEYBOARD)
    for number in signals:
        loop.add_signal_handler(number, arrived.put_nowait, number)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
