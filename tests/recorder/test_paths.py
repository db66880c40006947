import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.paths import Paths


def meets(text: str, *names: str) -> bool:
    """Whether the path leads exactly to the member reached by `names`."""
    hit, paths = False, Paths.parse([text])
    for name in names:
        hit, paths = paths.step(name)
    return hit


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("user", "user"),
        ("metadata.user_id", "metadata user_id"),
        ("metadata.*", "metadata user_id"),
        ("messages.*.id", "messages 7 id"),
        ("messages[2].id", "messages 2 id"),
        ("body.messages[*].id", "messages 2 id"),
        ("messages.2.id", "messages 2 id"),
        ("x_*", "x_request"),
        ("**.cache_control", "cache_control"),
        ("**.cache_control", "messages 0 content 1 cache_control"),
        ("messages.**.id", "messages 0 id"),
        ("metadata.**", "metadata a b"),
        ("**.**.id", "a b c id"),
        ('body["x.y"].id', "x.y id"),
        ('["a*"]', "a*"),
        ('messages["0"][1]', "messages 0 1"),
        ('["\\u00e9"]', "é"),
    ],
)
def test_a_path_leads_there(text: str, names: str) -> None:
    assert meets(text, *names.split())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("user", "users"),
        ("user", "metadata user"),
        ("metadata.*", "metadata"),
        ("metadata.*", "metadata a b"),
        ("messages.*.id", "messages id"),
        ("User", "user"),
        ("", "user"),
        ("...", "user"),
        ('["a*"]', "ab"),
        ('["x.y"]', "x y"),
        ("query.beta", "beta"),
    ],
)
def test_a_path_does_not_lead_there(text: str, names: str) -> None:
    assert not meets(text, *names.split())


def test_paths_into_other_sections() -> None:
    texts = ["query.beta", "query", "parts.file.content", 'parts["image[]"][1].content', "a.query.b", "**.id"]
    assert Paths.below("query", texts) == Paths((("beta",),))
    assert Paths.below("parts", texts) == Paths((("file", "content"), ("image[[]]", "content")))


def test_where_no_path_goes_on_there_is_nothing_left_to_follow() -> None:
    paths = Paths.parse(["metadata.user_id", "user"])
    assert paths
    assert not paths.step("messages")[1]
    assert not paths.step("user")[1]
    assert paths.step("metadata")[1] == Paths.parse(["user_id"])


@given(st.lists(st.text(".*[]0ab?!-\n")), st.lists(st.text()))
def test_no_text_is_an_error(texts: list[str], names: list[str]) -> None:
    paths = Paths.parse(texts)
    for name in names:
        _, paths = paths.step(name)
