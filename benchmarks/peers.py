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
    path: str

    @property
    def pid(self) -> int | None:
        """The process to measure."""
        return self.process.pid if self.process else None


Start = Callable[[int, Path, int], AbstractContextManager[Running]]


@contextlib.contextmanager
def python_proxy(arguments: list[str], folder: Path, core: int, path: str) -> Iterator[Running]:
    """A proxy in Python that prints `listening on http://HOST:PORT` when it is ready."""
    log = folder / "stderr"
    with machine.running([sys.executable, *arguments], core, log) as process:
        row = process.stdout.readline() if process.stdout else ""
        if not row.startswith("listening on http://"):
            raise RuntimeError(f"{arguments}: expected `listening on ...`, got {row!r}; it said:\n{log.read_text()}")
        yield Running(process, int(row.rpartition(":")[2].strip().rstrip("/")), path)


@contextlib.contextmanager
def direct(upstream: int, _folder: Path, _core: int) -> Iterator[Running]:
    """No proxy."""
    yield Running(None, upstream, "/v1/messages")


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
        yield Running(process, port, "/v1/messages")


def naive(upstream: int, folder: Path, core: int) -> AbstractContextManager[Running]:
    """The proxy that one writes first: see naive_proxy.py."""
    arguments = ["-m", "benchmarks.naive_proxy", f"http://127.0.0.1:{upstream}"]
    return python_proxy(arguments, folder, core, "/v1/messages")


def tokentape(mode: str, *options: str) -> Start:
    """The product in one of its modes; cassettes go to the peer's folder."""
    program = ["-c", "from gateway.cli import main; main()", "serve", "--port", "0", "--mode", mode, *options]

    def start(upstream: int, folder: Path, core: int) -> AbstractContextManager[Running]:
        places = ["--cassettes", str(folder / "cassettes"), "--upstream", f"anthropic=http://127.0.0.1:{upstream}"]
        return python_proxy([*program, *places], folder, core, "/anthropic/v1/messages")

    return start


def nginx_program() -> str | None:
    """Where nginx is; Debian keeps it in /usr/sbin, which a user's PATH does not hold."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


PEERS: dict[str, Start] = {
    "direct": direct,
    "nginx": nginx,
    "naive": naive,
    "live": tokentape("live", "--no-observe"),
    "recording": tokentape("all", "--no-observe"),
}
