"""The page on bad streams: its tables are what the SDKs do, its tests run, its spellings are read."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from gateway.faults import parse_faults
from tests.integration.programs import ROOT, run_program
from tests.integration.sdk_outcomes import PAGE

OTHERS = ("cacheprovider", "randomly", "langsmith_plugin", "hypothesispytest", "cov", "xdist")
TEXT = PAGE.read_text()


async def test_the_tables_say_what_users_of_the_sdks_see():
    """After a change on purpose: python -m tests.integration.sdk_outcomes --write."""
    made = await run_program(sys.executable, "-m", "tests.integration.sdk_outcomes", folder=ROOT, limit=120)
    assert made.code == 0, made.stderr
    assert without_versions(made.stdout) == without_versions(TEXT)


def without_versions(page: str) -> str:
    """A new version of an SDK is no news as long as it does the same."""
    return re.sub(r"^Seen with .*$", "", page, flags=re.MULTILINE)


async def test_the_tests_that_it_shows_pass(tmp_path: Path) -> None:
    (tmp_path / "cassettes").mkdir()
    shutil.copy(ROOT / "cassettes" / "anthropic-text.cassette", tmp_path / "cassettes" / "song.cassette")
    (tmp_path / "test_song.py").write_text(re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1])
    plain = [word for name in OTHERS for word in ("-p", f"no:{name}")]
    ran = await run_program("python", "-m", "pytest", "-q", *plain, folder=tmp_path)
    assert "4 passed" in ran.stdout, ran.stdout + ran.stderr


SPELLINGS = re.findall(
    r'faults="([^"]+)"|--faults "([^"]+)"|x-tokentape-faults: ([^`]+)`|^\| `([^`]+)`(?: \*)? \|', TEXT, re.MULTILINE
)


@pytest.mark.parametrize("text", sorted({found for spelling in SPELLINGS for found in spelling if found}))
def test_what_it_spells_can_be_read(text):
    if text.startswith("@"):
        text = f"cut{text}"
    elif re.match(r"recorded|frame|coalesced|split", text):
        text = f"boundaries={text}"
    parse_faults(text.replace("kind=K", "kind=server"))
