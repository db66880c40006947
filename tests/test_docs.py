"""What the pages say is so."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

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
