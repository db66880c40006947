from pathlib import Path

import pytest

from recorder.errors import CassetteName
from recorder.naming import cassette_path, list_cassettes


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("demo", "demo.cassette"),
        ("tests/test_chat/test_it", "tests/test_chat/test_it.cassette"),
        ("a..b", "a..b.cassette"),
        ("0-1_2.3", "0-1_2.3.cassette"),
        ("conftest.py", "conftest.py.cassette"),
        ("console", "console.cassette"),
        ("x" * 128, "x" * 128 + ".cassette"),
    ],
)
def test_a_plain_name_becomes_a_file_in_the_folder(tmp_path: Path, name: str, path: str) -> None:
    assert cassette_path(tmp_path, name) == tmp_path / path


REFUSED = [
    *("", ".", "..", "/", "/etc/passwd", "../x", "a/../../x", "a/..", "a/./b", "a//b", "a/", "/a", "~", "~root/x"),
    *(".hidden", "a/.hidden", "-x", "_x", "a b", "a\\b", "..\\x", "C:x", "C:\\x", "\\\\host\\share", "a:stream"),
    *("a\x00b", "a\nb", "a\n", "a\r", "\x1b[2J", "a\x7f", "caf\xe9", "a\u202eb", "%2e%2e", "a%2fb", "a?b", "a*b"),
    *("a|b", 'a"b', "<a>", "a;b", "$(a)", "`a`", "con", "NUL", "aux.txt", "a/COM1", "lpt9.x/y"),
    *("x" * 129, "a/" * 300 + "a", "demo.cassette", "a/demo.cassette"),
]


@pytest.mark.parametrize("name", REFUSED, ids=lambda name: ascii(name)[:20])
def test_what_could_lead_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CassetteName) as refused:
        cassette_path(tmp_path, name)
    assert "\n" not in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_the_message_says_what_a_name_may_be() -> None:
    with pytest.raises(
        CassetteName, match=r"1 to 128 letters, digits, .* starts with a letter or digit; '\.\.' is not so"
    ):
        cassette_path(Path("folder"), "a/../b")
    with pytest.raises(CassetteName, match=r"call the cassette 'demo', not 'demo\.cassette'"):
        cassette_path(Path("folder"), "demo.cassette")


def test_a_link_may_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "cassettes"
    inside = folder / "inside"
    inside.mkdir(parents=True)
    (folder / "out").symlink_to(tmp_path)
    (folder / "file.cassette").symlink_to(tmp_path / "elsewhere")
    (folder / "in").symlink_to(inside)
    (folder / "circle").symlink_to(folder / "circle")
    for name in ("out/x", "out/deeper/x", "file"):
        with pytest.raises(CassetteName, match="outside"):
            cassette_path(folder, name)
    assert cassette_path(folder, "in/x") == folder / "in" / "x.cassette"
    cassette_path(folder, "circle/x")


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert cassette_path(tmp_path / "link", "x") == tmp_path / "link" / "x.cassette"


def test_a_folder_lists_the_cassettes_that_can_be_named(tmp_path: Path) -> None:
    for path in ("b.cassette", "a.cassette", "deep/er/c.cassette", ".b.cassette.new", ".git/d.cassette", "other.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "no name.cassette").touch()
    (tmp_path / "link.cassette").symlink_to(tmp_path / "a.cassette")
    (tmp_path / "folder.cassette").mkdir()
    assert list_cassettes(tmp_path) == ["a", "b", "deep/er/c"]
    assert list_cassettes(tmp_path / "missing") == []
