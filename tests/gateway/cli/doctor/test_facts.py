"""The facts are those of this machine: real sockets, a real git, a real folder."""

import http.server
import json
import socket
import subprocess
import threading
from contextlib import contextmanager

import pytest

from gateway.cli.doctor.facts import diagnosed
from gateway.cli.program import outcome
from recorder import __version__
from tests.gateway.tools.samples import interaction, record

KEY = "k" * 40


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path, on_path):
    """A folder in no repository, and an environment that says nothing."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("TOKENTAPE_PORT", str(free_port()))
    for name in ("PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "CI"):
        monkeypatch.delenv(name, raising=False)
    return folder


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def on(topic, **flags):
    return [(each.level, each.text) for each in diagnosed(flags) if each.topic == topic]


@contextmanager
def listening(monkeypatch, body=b""):
    """A server that answers every request with `body`, on the port that is configured."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        monkeypatch.setenv("TOKENTAPE_PORT", str(server.server_port))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_free_port():
    ((level, text),) = on("port")
    assert (level, text.endswith(" is free")) == ("ok", True)


def test_a_gateway_answers(monkeypatch):
    health = {"status": "ok", "degraded": None, "version": __version__, "mode": "once", "cassettes": {}}
    with listening(monkeypatch, json.dumps(health).encode()) as address:
        assert on("port") == [("ok", f"a tokentape {__version__} answers on {address}, mode once")]


@pytest.mark.parametrize("body", [b"hello", b'{"status": "ok"}', b"[]"])
def test_somebody_else_answers(monkeypatch, body):
    with listening(monkeypatch, body) as address:
        assert on("port") == [("problem", f"{address} is taken by something that is no tokentape")]


def test_somebody_who_speaks_no_http_has_the_port(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("TOKENTAPE_PORT", str(server.getsockname()[1]))

        def hang_up():
            server.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        assert [level for level, _ in on("port")] == ["problem"]
        thread.join()


def test_a_host_that_is_none(monkeypatch):
    monkeypatch.setenv("TOKENTAPE_HOST", "host.invalid")
    monkeypatch.setenv("TOKENTAPE_ALLOW_REMOTE", "1")
    assert [level for level, _ in on("port")] == ["ok"]  # asked for on this machine
    monkeypatch.setenv("TOKENTAPE_HOST", "127.255.255.254")
    assert [level for level, _ in on("port")] == ["ok"]


def test_settings_that_cannot_be_used(monkeypatch):
    monkeypatch.setenv("TOKENTAPE_PROT", "1")
    assert on("settings") == [
        ("problem", "environment: unknown variable TOKENTAPE_PROT; the nearest valid one is TOKENTAPE_PORT")
    ]


def test_the_folder_and_git(place):
    assert on("cassettes") == [("ok", "cassettes is not there yet; the first recording makes it")]
    assert on("git") == [("ok", "this folder is in no repository")]
    subprocess.run(["git", "init", "-q"], check=True)
    (place / "cassettes").mkdir()
    record(place / "cassettes" / "a.cassette", interaction("a", "b"))
    (place / ".gitignore").write_text("*.log\n*.cassette\n")
    assert on("cassettes") == [
        ("ok", "cassettes: 1 cassette, writable"),
        ("warning", "git leaves cassettes out (.gitignore:2:*.cassette): CI will have none to replay"),
    ]
    assert [level for level, _ in on("git")] == ["warning", "warning"]
    assert outcome(["git", "install"]) == 0
    assert on("git") == [("ok", "`git diff` shows cassettes as text")]


@pytest.mark.parametrize("command", ["/nowhere/tokentape git textconv", "'unbalanced"])
def test_a_command_that_is_gone(command):
    subprocess.run(["git", "init", "-q"], check=True)
    outcome(["git", "install"])
    subprocess.run(["git", "config", "diff.cassette.textconv", command], check=True)
    assert [level for level, _ in on("git")] == ["problem"]


def test_what_is_installed_here():
    assert ("ok", "anthropic") in [(level, text.split()[0]) for level, text in on("SDKs")]
    assert [level for level, _ in on("pytest")] == ["ok"]
    assert [level for level, _ in on("python")] == ["ok"]


def test_without_our_metadata(monkeypatch):
    def missing(name):
        raise facts.PackageNotFoundError(name)

    from gateway.cli.doctor import facts

    monkeypatch.setattr(facts, "requires", missing)
    monkeypatch.setattr(facts, "version", missing)
    assert on("SDKs") == [("ok", "none that we know is installed here")]
    assert on("pytest") == [("ok", "not installed here")]
