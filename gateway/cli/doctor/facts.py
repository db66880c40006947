"""The facts that `tokentape doctor` judges: settings, environment, port, folder, git, packages. Changes nothing."""

import http.client
import json
import os
import platform
import resource
import shlex
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, entry_points, requires, version
from importlib.util import find_spec
from pathlib import Path

from gateway.cli.git import TEXTCONV, git_says
from gateway.cli.options import configure
from gateway.settings import Config, ConfigError
from gateway.tools.doctor import Diagnosis
from gateway.tools.doctor.environment import base_urls, keys, proxies
from gateway.tools.doctor.machine import Port, event_loop, open_files, port, python
from gateway.tools.doctor.packages import plugin, requirements, sdks
from gateway.tools.doctor.project import Folder, Repository, cassette_folder, git_text, settings
from recorder import __version__
from recorder.naming import list_cassettes

__all__ = ["diagnosed"]

_PATIENCE = 2.0  # seconds for whoever has the port
_HEALTH = 1 << 20


def diagnosed(flags: Mapping[str, object]) -> Iterator[Diagnosis]:
    """Everything that is looked at, in the order in which it is told. `flags` say where the settings are."""
    config, complaint = _config(flags)
    host = "127.0.0.1" if config.remote else config.host.strip("[]")
    address = f"[{host}]:{config.port}" if ":" in host else f"{host}:{config.port}"
    yield settings(complaint)
    yield from base_urls(os.environ, f"http://{address}")
    yield from keys(os.environ)
    yield from proxies(os.environ, host)
    yield port(address, _port(host, config.port), __version__)
    yield from cassette_folder(_folder(config.cassettes))
    yield from git_text(_repository(config.cassettes))
    yield from _packages()
    yield python(sys.version_info[:3], platform.python_implementation())
    made_for_us = sys.platform != "win32" and platform.python_implementation() == "CPython"
    yield event_loop(uvloop=find_spec("uvloop") is not None, wanted=made_for_us)
    yield open_files(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _config(flags: Mapping[str, object]) -> tuple[Config, str]:
    """What is configured, or the defaults and why that cannot be used."""
    try:
        return configure(flags), ""
    except ConfigError as error:
        return Config(), str(error)


def _port(host: str, number: int) -> Port:
    """Ask whoever listens there for its health; if nobody does, try whether we could."""
    connection = http.client.HTTPConnection(host, number, timeout=_PATIENCE)
    try:
        connection.request("GET", "/_/health")
        return Port(taken=True, health=_health(connection.getresponse().read(_HEALTH)))
    except ConnectionRefusedError:
        return _bound(host, number)
    except socket.gaierror as error:
        return Port(refused=str(error.strerror))
    except (OSError, http.client.HTTPException):
        return Port(taken=True)
    finally:
        connection.close()


def _bound(host: str, number: int) -> Port:
    try:
        socket.create_server((host, number), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        return Port(refused=error.strerror or str(error))
    return Port()


def _health(body: bytes) -> Mapping[str, object] | None:
    """The health that a tokentape tells; None if this is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and {"status", "version", "mode", "cassettes"} <= value.keys() else None


def _folder(path: Path) -> Folder:
    existing = next((folder for folder in (path, *path.parents) if folder.exists()), Path())
    rule = git_says("check-ignore", "-v", "--", str(path / "x.cassette")) or ""
    return Folder(
        str(path),
        exists=path.exists(),
        is_folder=path.is_dir(),
        writable=os.access(existing, os.W_OK | os.X_OK),
        cassettes=len(list_cassettes(path)),
        ignored=rule.partition("\t")[0],
    )


def _repository(cassettes: Path) -> Repository:
    found = git_says("version")
    if found is None or git_says("rev-parse", "--is-inside-work-tree") != "true":
        return Repository(version=found or "")
    lines = (git_says("check-attr", "text", "diff", "--", str(cassettes / "x.cassette")) or "").splitlines()
    text, diff = (line.rpartition(": ")[2] for line in lines) if len(lines) == 2 else ("", "")
    command = git_says("config", "--get", TEXTCONV) or ""
    return Repository(found, inside=True, text=text, diff=diff, textconv=command, runs=_runs(command))


def _runs(command: str) -> bool:
    """Whether the program that a command of the shell begins with is there."""
    try:
        words = shlex.split(command)
    except ValueError:
        return False
    return bool(words) and shutil.which(words[0]) is not None


def _packages() -> Iterator[Diagnosis]:
    try:
        lines = requires("tokentape") or []
    except PackageNotFoundError:  # run from its folder
        lines = []
    tested = list(requirements(lines))
    yield from sdks(tested, {name: found for name, _, _ in tested if (found := _version(name))})
    registered = any(entry.value == "gateway.pytest_plugin" for entry in entry_points(group="pytest11"))
    yield plugin(_version("pytest"), os.environ, registered=registered)


def _version(name: str) -> str:
    """The version of an installed package, which is not imported; empty if it is not there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
