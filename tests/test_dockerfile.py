"""The image cannot be built where the tests run, so its steps are: the files, pip, the process, the check.

Needs a package index, as an image build does, and takes some seconds.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINES = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text()).splitlines()
PORT = "8077"
PIP = [sys.executable, "-m", "pip", "--python"]  # our own pip at work in another environment: that one needs none


def instructions(name):
    return [line.partition(" ")[2].strip() for line in LINES if line.startswith(f"{name} ")]


def last(name):
    return instructions(name)[-1]


def pip_arguments():
    step = next(step for step in instructions("RUN") if step.startswith("pip install"))
    return shlex.split(step.partition("&&")[0])[1:]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A virtual environment after the COPY and RUN pip steps; gives its bin folder."""
    folder = tmp_path_factory.mktemp("image")
    source = folder / "src"
    source.mkdir()
    for instruction in instructions("COPY"):
        *names, target = instruction.split()
        for name in names:
            path = ROOT / name
            if path.is_dir():
                shutil.copytree(path, source / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(path, source)
    venv.create(folder / "venv")
    programs = folder / "venv" / "bin"
    subprocess.run([*PIP, programs / "python", *pip_arguments()], cwd=source, check=True)
    shutil.rmtree(source)
    return programs


def image_environment(folder):
    """What the process finds: ENV, the PATH, and nothing of this machine."""
    pairs = [pair.split("=", 1) for instruction in instructions("ENV") for pair in shlex.split(instruction)]
    return {**dict(pairs), "PATH": f"{folder}{os.pathsep}/usr/bin:/bin"}


def test_the_command_is_there_without_the_source(installed, tmp_path):
    ran = subprocess.run(
        [installed / "tokentape", "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"tokentape \d+\.\d+\.\d+\n", ran.stdout)


def test_only_what_is_needed_is_installed(installed):
    command = [*PIP, installed / "python", "list", "--format=json"]
    listed = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    names = {package["name"].lower() for package in listed}
    assert {"tokentape", "aiohttp", "uvloop", "msgpack"} <= names
    assert not names & {"anthropic", "openai", "pytest", "langchain-core"}


def test_it_starts_is_healthy_and_stops_at_sigterm(installed, tmp_path):
    """ENTRYPOINT and CMD as they are, but for a free port; then HEALTHCHECK against it."""
    command = [*json.loads(last("ENTRYPOINT")), *json.loads(last("CMD")), "--port", "0"]
    environ = image_environment(installed)
    process = subprocess.Popen(
        [shutil.which(command[0], path=environ["PATH"]), *command[1:]],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        url = process.stdout.readline().split()[-1]
        port = url.rpartition(":")[2]
        healthy = [word.replace(PORT, port) for word in json.loads(last("HEALTHCHECK").partition("CMD")[2])]
        subprocess.run(healthy, env=environ, check=True, timeout=10)
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/_/health").status == 200
        process.terminate()
        out, err = process.communicate(timeout=10)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, out) == (0, "")
    assert "warning: listening on 0.0.0.0" in err
    healthy = subprocess.run(healthy, env=environ, check=False, capture_output=True, timeout=10)
    assert healthy.returncode != 0, "a gateway that has ended is not healthy"


def test_it_does_not_run_as_root_and_gets_its_signals():
    assert last("USER") not in ("root", "0")
    assert last("ENTRYPOINT").startswith("[")
    assert last("CMD").startswith("[")


def test_the_port_is_documented_for_this_machine_alone():
    assert last("EXPOSE") == PORT
    assert f"-p 127.0.0.1:{PORT}:{PORT}" in "\n".join(LINES)
