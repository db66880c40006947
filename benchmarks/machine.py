"""The machine under the benchmark: two cores, CPU time of processes, what others used meanwhile, the C programs."""

import contextlib
import os
import platform
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen

HERE = Path(__file__).parent
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cores:
    """Where things run: the measured proxy alone on one core, everything else of ours on the other."""

    proxy: int
    rest: int


def claim_cores() -> Cores:
    """Take two cores, move this process (and so its children) to the second one, allow many descriptors."""
    free = sorted(os.sched_getaffinity(0))
    if len(free) < 2:
        sys.exit(
            f"benchmarks: need two cores, one for the proxy and one for the rest; this process may use {len(free)}"
        )
    os.sched_setaffinity(0, {free[0]})
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return Cores(proxy=free[1], rest=free[0])


def line() -> str:
    """One line that says on what the numbers were measured."""
    info = Path("/proc/cpuinfo").read_text()
    model = next((row.partition(": ")[2] for row in info.splitlines() if row.startswith("model name")), "unknown CPU")
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}"


def compile_c(name: str, folder: Path) -> Path:
    """Compile benchmarks/NAME.c into `folder`; the program's path."""
    program = folder / name
    subprocess.run(["gcc", "-O2", "-Wall", "-o", program, HERE / f"{name}.c"], check=True)
    return program


@contextlib.contextmanager
def running(command: list[str], core: int, log: Path | None = None) -> Iterator[Popen[str]]:
    """A process on one core, told to stop at the end of the block; what it says on stderr goes to `log`, or is seen."""
    with log.open("w") if log else contextlib.nullcontext() as stderr:
        process = Popen(["taskset", "-c", str(core), *command], text=True, stdout=PIPE, stderr=stderr)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_port(port: int) -> None:
    """Return when something listens on a port of this machine."""
    for _ in range(500):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    raise RuntimeError(f"nothing listens on port {port} after five seconds")


def cpu_ns(pid: int) -> int:
    """CPU time that all threads of a process and of its children have used, in nanoseconds."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
        total += sum(cpu_ns(int(child)) for child in (task / "children").read_text().split())
    return total


def own_cpu_ns(pid: int) -> int:
    """CPU time that all threads of a process have used, without its children, in nanoseconds."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir())


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


@dataclass(frozen=True, slots=True)
class Moment:
    """Clocks read together: the wall's, the cores' busy time, and our own processes' CPU time, in nanoseconds."""

    at: int
    proxy_core: int
    rest_core: int
    proxy: int
    rest: int


def _busy_ns(core: int) -> int:
    row = next(row for row in Path("/proc/stat").read_text().splitlines() if row.startswith(f"cpu{core} "))
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, row.split()[1:9])
    return (user + nice + system + irq + softirq + steal) * 1_000_000_000 // TICKS_PER_SECOND


def moment(cores: Cores, proxy: int | None) -> Moment:
    """Read the clocks; `proxy` is the measured process, all our others are children of this one."""
    used = cpu_ns(proxy) if proxy else 0
    ours = cpu_ns(os.getpid())
    return Moment(time.monotonic_ns(), _busy_ns(cores.proxy), _busy_ns(cores.rest), used, ours - used)


def others(before: Moment, after: Moment) -> tuple[float, float]:
    """The share of the proxy's core and of the other one that processes that are not ours used between two moments.

    The kernel counts a core's busy time in ticks, by sampling: a window of a second is good to about three hundredths.
    """
    span = after.at - before.at
    on_proxy = (after.proxy_core - before.proxy_core) - (after.proxy - before.proxy)
    on_rest = (after.rest_core - before.rest_core) - (after.rest - before.rest)
    return max(on_proxy / span, 0.0), max(on_rest / span, 0.0)
