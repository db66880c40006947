"""What is not ours in the package is what was published, has its licence beside it, and is installed with the rest."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[3]
VENDOR = ROOT / "gateway" / "page" / "static" / "vendor"
VENDORED = tomllib.loads((VENDOR / "VENDORED.toml").read_text())
SUMS = VENDORED["sha256"]


@pytest.mark.parametrize("name", sorted(SUMS))
def test_a_file_is_byte_for_byte_the_published_one(name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == SUMS[name]


def test_every_file_is_listed_with_its_source():
    assert {path.name for path in VENDOR.iterdir()} == {*SUMS, "VENDORED.toml"}
    assert VENDORED["version"] in VENDORED["source"]
    assert f"/{VENDORED['name']} (v{VENDORED['version']})" in (VENDOR / "uPlot.esm.js").read_text()


def test_its_licence_allows_it_and_travels_along():
    text = (VENDOR / "LICENSE").read_text()
    assert text.startswith("The MIT License (MIT)")
    assert "Copyright" in text
    licences = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["license-files"]
    assert str((VENDOR / "LICENSE").relative_to(ROOT)) in licences


@pytest.mark.parametrize("builder", [WheelBuilder, SdistBuilder], ids=["wheel", "sdist"])
def test_wheel_and_sdist_hold_it(builder):
    held = {file.relative_path for file in builder(str(ROOT)).recurse_included_files()}
    assert {str(path.relative_to(ROOT)) for path in VENDOR.iterdir()} <= held


def test_it_neither_evaluates_text_nor_asks_anybody():
    """The pages that load it forbid both; so it would not work, and we would not know why."""
    code = (VENDOR / "uPlot.esm.js").read_text()
    assert not re.search(r"\beval\(|new Function|\binnerHTML\b|\bfetch\(|XMLHttpRequest|document\.write", code)


def test_git_keeps_its_bytes_and_counts_it_as_not_ours():
    assert "gateway/page/static/vendor/** -text linguist-vendored" in (ROOT / ".gitattributes").read_text()
