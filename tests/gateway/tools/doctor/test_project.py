"""What the project has."""

from dataclasses import replace

import pytest

from gateway.tools.doctor.project import Folder, Repository, cassette_folder, git_text, settings

FOLDER = Folder("cassettes", exists=True, is_folder=True, writable=True, cassettes=1)
REPOSITORY = Repository("git 2", inside=True, text="unset", diff="cassette", textconv="tokentape x", runs=True)


def told(diagnoses):
    return [(each.level, each.text) for each in diagnoses]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [("ok", "cassettes: 1 cassette, writable")]),
        ({"cassettes": 2}, [("ok", "cassettes: 2 cassettes, writable")]),
        ({"exists": False}, [("ok", "cassettes is not there yet; the first recording makes it")]),
        ({"is_folder": False}, [("problem", "cassettes is a file")]),
        ({"writable": False}, [("problem", "cassettes cannot be written to")]),
        (
            {"writable": False, "exists": False},
            [("problem", "cassettes does not exist, and its parent cannot be written to")],
        ),
        (
            {"ignored": ".gitignore:3:*.cassette"},
            [
                ("ok", "cassettes: 1 cassette, writable"),
                ("warning", "git leaves cassettes out (.gitignore:3:*.cassette): CI will have none to replay"),
            ],
        ),
    ],
    ids=["one", "two", "new", "a-file", "read-only", "read-only-parent", "ignored"],
)
def test_the_folder(changes, expected):
    assert told(cassette_folder(replace(FOLDER, **changes))) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [("ok", "`git diff` shows cassettes as text")]),
        ({"version": ""}, [("ok", "there is no git on the PATH")]),
        ({"inside": False}, [("ok", "this folder is in no repository")]),
        ({"textconv": ""}, [("warning", "`git diff` shows cassettes as binary files")]),
        ({"diff": "unset"}, [("warning", "`git diff` shows cassettes as binary files")]),
        ({"runs": False}, [("problem", "`git diff` fails on cassettes: it starts tokentape, which is not there")]),
        ({"text": "auto"}, [("warning", "git may convert line ends in cassettes, which damages them")]),
        (
            {"text": "unspecified", "diff": "unspecified", "textconv": ""},
            [
                ("warning", "`git diff` shows cassettes as binary files"),
                ("warning", "git may convert line ends in cassettes, which damages them"),
            ],
        ),
    ],
    ids=["installed", "no-git", "outside", "no-command", "no-attribute", "gone", "converted", "nothing"],
)
def test_git(changes, expected):
    found = git_text(replace(REPOSITORY, **changes))
    assert told(found) == expected
    assert all(bool(each.remedy) == (each.level != "ok") for each in found)


def test_settings():
    assert settings("").level == "ok"
    found = settings("environment: unknown variable TOKENTAPE_PROT")
    assert (found.level, found.text) == ("problem", "environment: unknown variable TOKENTAPE_PROT")
