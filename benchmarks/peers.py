"""Who is measured, and how each is started: one table. All relay to the source, given as a base URL."""

import contextlib
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from benchmarks import machine

NGINX_CONF = """
daemon off;
master_process off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    keepalive_requests 100000000;
    upstream source {{ server 127.0.0.1:{upstream}; keepalive 1024; keepalive_requests 100000000; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://source;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_buffering off;
        }}
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A peer that serves: its process (None: the source itself), its port, and the path to ask for."""

    process: Popen[str] | None
    port: int
    path: str = "/v1/messages"

    @property
    def pid(self) -> int | None:
        """The process to measure."""
        return self.process.pid if self.process else None


Start = Callable[[int, Path, int], AbstractContextManager[Running]]


def listening_port(process: Popen[str]) -> int:
    """The port from the line `listening on http://HOST:PORT`; the process says why on stderr when there is none."""
    row = process.stdout.readline() if process.stdout else ""
    if not row.startswith("listening on http://"):
        raise RuntimeError(f"{process.args!r}: expected `listening on http://HOST:PORT` on stdout, got {row!r}")
    return int(row.rpartition(":")[2].strip().rstrip("/"))


@contextlib.contextmanager
def direct(upstream: int, _folder: Path, _core: int) -> Iterator[Running]:
    """No proxy."""
    yield Running(None, upstream)


@contextlib.contextmanager
def nginx(upstream: int, folder: Path, core: int) -> Iterator[Running]:
    """nginx as one process, unbuffered, with kept connections on both sides."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    conf = folder / "nginx.conf"
    conf.write_text(NGINX_CONF.format(folder=folder, upstream=upstream, port=port))
    program = nginx_program()
    assert program
    with machine.running(
        [program, "-p", str(folder), "-e", str(folder / "nginx.log"), "-c", str(conf)], core
    ) as process:
        machine.wait_for_port(port)
        yield Running(process, port)


@contextlib.contextmanager
def naive(upstream: int, _folder: Path, core: int) -> Iterator[Running]:
    """The proxy that one writes first: see naive_proxy.py."""
    command = [sys.executable, "-m", "benchmarks.naive_proxy", f"http://127.0.0.1:{upstream}"]
    with machine.running(command, core) as process:
        yield Running(process, listening_port(process))


def tokentape(mode: str, *options: str) -> Start:
    """The product in one of its modes, with a fresh cassette folder."""

    @contextlib.contextmanager
    def start(upstream: int, folder: Path, core: int) -> Iterator[Running]:
        command = [sys.executable, "-c", "from gateway.cli import main; main()", "serve", "--port", "0", "--mode", mode]
        command += ["--cassettes", str(folder / "cassettes"), "--upstream", f"anthropic=http://127.0.0.1:{upstream}"]
        with machine.running([*command, *options], core) as process:
            yield Running(process, listening_port(process), "/anthropic/v1/messages")

    return start


def nginx_program() -> str | None:
    """Where nginx is; Debian keeps it in /usr/sbin, which a user's PATH does not hold."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


PEERS: dict[str, Start] = {
    "direct": direct,
    "nginx": nginx,
    "naive": naive,
    "live": tokentape("live"),
    "recording": tokentape("all"),
}
