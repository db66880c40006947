"""What the pages say is so."""

import re
import shlex
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

from gateway.cli.program import tokentape
from gateway.config import load_config
from gateway.settings import SETTINGS, Config

ROOT = Path(__file__).parent.parent
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")]


def settings_table():
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", CONFIGURATION, re.MULTILINE)
    return {key: default.strip("`") for key, default, _ in rows}


def test_every_setting_is_in_the_table_in_order():
    assert list(settings_table()) == [field.name for field in fields(Config) if field.name != "mode_source"]


@pytest.mark.parametrize(("key", "default"), settings_table().items())
def test_the_default_is_what_the_table_says(key, default):
    actual = getattr(Config(), key)
    if default == "not set":
        assert actual is None
    else:
        assert SETTINGS[key].check(tomllib.loads(f"x = {default}")["x"]) == actual


def test_the_example_is_a_valid_file(tmp_path):
    example = re.search(r"```toml\n(.*?)```", CONFIGURATION, re.DOTALL)[1]
    (tmp_path / "tokentape.toml").write_text(example)
    config = load_config({}, environ={}, folder=tmp_path, config_file=None)
    assert config.mode == "new_episodes"
    assert [upstream.name for upstream in config.upstreams] == ["local", "anthropic"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_and_files_that_are_named_exist(page):
    named = re.findall(r"`((?:docs|tests|gateway|recorder|benchmarks)/[\w/.-]+)`", page.read_text())
    missing = [name for name in named if not any((ROOT / f"{name}{end}").exists() for end in ("", ".py"))]
    assert missing == []


def command_lines(page):
    """Each `tokentape ...` in a code block or in backticks of a page, without its comment."""
    for line in re.findall(r"^    (tokentape .+)$|`(tokentape [^`]+)`", page.read_text(), re.MULTILINE):
        words = shlex.split("".join(line), comments=True)
        if "COMMAND" not in words and words[-1] != "&&":
            yield words[1:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_that_are_shown_are_understood(page):
    for words in command_lines(page):
        program = click.Context(tokentape, **tokentape.context_settings)
        name, command, rest = tokentape.resolve_command(program, words)
        while isinstance(command, click.Group) and rest:
            name, command, rest = command.resolve_command(program, rest)
        command.make_context(name, rest, parent=program)


def test_the_readme_shows_commands():
    assert len(list(command_lines(ROOT / "README.md"))) > 5


def test_pages_name_no_place_on_one_machine():
    places = ("/wo" + "rk/", "../sha" + "red", "/tmp" + "/venv")
    assert [page.name for page in PAGES for place in places if place in page.read_text()] == []
