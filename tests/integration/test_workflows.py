"""The workflow that records: what it says of the cassettes that it recorded. Replaying: test_sample_project.py."""

import shutil
from pathlib import Path

from tests.integration.programs import ROOT
from tests.integration.workflows import step_of, workflow

COMMIT = "git init -q . && git add . && git -c user.name=me -c user.email=me@localhost commit -q -m before"


async def test_the_comment_says_which_cassettes_are_new_and_what_differs_in_others(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    cassettes = clone / "tests" / "cassettes"
    shutil.copytree(ROOT / "cassettes", cassettes)
    assert (await step_of(COMMIT, clone)).code == 0
    changed, other, *_ = sorted(cassettes.glob("*.cassette"))
    shutil.copy(changed, cassettes / "added.cassette")
    shutil.copy(other, changed)

    described = await step_of(workflow("record")["Describe"], clone, RUNNER_TEMP=str(tmp_path))

    assert described.code == 0, described.stderr
    text = (tmp_path / "changes.md").read_text()
    assert f"    A\ttests/cassettes/added.cassette\n    M\ttests/cassettes/{changed.name}\n" in text
    assert text.count("###") == 1
    assert f"\n### tests/cassettes/{changed.name}\n" in text
    assert "```diff" in text


def test_only_the_step_that_records_has_keys() -> None:
    page = (ROOT / "docs" / "ci.md").read_text()
    assert {name for name, script in workflow("record").items() if "--cassette-mode all" in script} == {"Record"}
    before, _, after = page.partition("      - name: Record\n")
    assert "secrets." not in before
    assert "secrets." not in after.partition("      - name: Check\n")[2]
