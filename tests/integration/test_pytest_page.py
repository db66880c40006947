"""What the pages about tests show is what happens."""

import re
import runpy

from gateway.pytest_plugin.options import INI
from tests.integration.pytest_projects import ROOT, project, provider

__all__ = ["project", "provider"]

pytest_plugins = ["pytester"]


def blocks(page, kind):
    """The code blocks of one kind."""
    return re.findall(rf"```{kind}\n(.*?)```", (ROOT / "docs" / page).read_text(), re.DOTALL)


def lines(block):
    """The lines that a run prints, without the command, and with any time to the first token."""
    return [re.sub(r"[\d.]+ s$", "[0-9]* s", line) for line in block.splitlines() if not line.startswith("$")]


def test_a_test_in_five_minutes(project, monkeypatch):
    example = blocks("pytest.md", "python")[0]
    recorded, replayed, missed = map(lines, blocks("pytest.md", "text")[:3])
    test = project.path / "tests" / "test_greeting.py"
    test.parent.mkdir()
    test.write_text(example)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-key")
    project.run().stdout.fnmatch_lines(recorded, consecutive=True)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    project.provider("http://127.0.0.1:9")
    project.run().stdout.fnmatch_lines(replayed)
    test.write_text(example.replace("five words", "six words"))
    result = project.run()
    assert result.ret == 1
    shown = result.stdout.lines
    start = shown.index(missed[0])
    assert shown[start : start + len(missed)] == missed


def test_a_gateway_inside_a_program(tmp_path, provider, monkeypatch, capsys):
    program = tmp_path / "program.py"
    program.write_text(blocks("in-process.md", "python")[0])
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-key")
    monkeypatch.setenv("TOKENTAPE_UPSTREAMS", f"anthropic={provider}")
    for printed in ("1 0\n", "0 1\n"):
        runpy.run_path(str(program))
        assert capsys.readouterr().out == printed


def test_the_ini_keys_and_their_defaults():
    page = (ROOT / "docs" / "pytest.md").read_text()
    assert re.findall(r"^\| `(cassette_\w+)` \| `(.*?)` \|", page, re.MULTILINE) == [each[:2] for each in INI]
