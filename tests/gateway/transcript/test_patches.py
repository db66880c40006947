"""Arguments that come piece by piece."""

import pytest

from gateway.transcript.patches import patched


def piece(path, value=None, *, more=None):
    return {"path": path, "value": value, "more": more}


@pytest.mark.parametrize(
    ("patches", "built"),
    [
        ([], {}),
        ([piece("$.city", "Paris")], {"city": "Paris"}),
        ([piece("$.city", "Pa", more=True), piece("$.city", "ri", more=True), piece("$.city", "s")], {"city": "Paris"}),
        ([piece("$.city", "Pa", more=True), piece("$.city")], {"city": "Pa"}),
        ([piece("$.city", "Rome"), piece("$.city", "Paris")], {"city": "Paris"}),
        (
            [piece("$.a", "x", more=True), piece("$.b", "1", more=True), piece("$.a", "y"), piece("$.b", "2")],
            {"a": "xy", "b": "12"},
        ),
        ([piece("$.user.name", "Ada"), piece("$.user.age", 36)], {"user": {"name": "Ada", "age": 36}}),
        ([piece("$.tags[0]", "a"), piece("$.tags[1]", "b")], {"tags": ["a", "b"]}),
        ([piece("$.rows[0].x[0]", 1), piece("$.rows[0].x[1]", 2), piece("$.rows[1].y", None)],
         {"rows": [{"x": [1, 2]}, {"y": None}]}),
        ([piece("$['two words']", True), piece('$["it\\"s"]', False)], {"two words": True, 'it"s': False}),
        ([piece("$.größe", 1.5)], {"größe": 1.5}),
    ],
)  # fmt: skip
def test_pieces_build_an_object(patches, built):
    assert patched(patches) == built


def test_pieces_go_on_from_what_is_there_and_leave_it_as_it_was():
    start = {"city": "Paris"}
    assert patched([piece("$.days", 3)], start) == {"city": "Paris", "days": 3}
    assert start == {"city": "Paris"}


@pytest.mark.parametrize("path", ["", "$", "city", "$city", "$.a[", "$.a[x]", "$..a", "$.a[9999999999]", "$.a[-1]"])
def test_what_is_no_path_says_so(path):
    with pytest.raises(ValueError, match="expected a path"):
        patched([piece(path, 1)])


@pytest.mark.parametrize(
    "patches",
    [
        [piece("$.a", "text"), piece("$.a.b", 1)],
        [piece("$.a", "text"), piece("$.a[0]", 1)],
        [piece("$.a.b", 1), piece("$.a[0]", 1)],
        [piece("$.a[0]", 1), piece("$.a.b", 1)],
        [piece("$[0]", 1)],
        [piece("$.a[7]", "far away")],
        [piece("$.a[999999999].b", "would need much memory")],
    ],
)
def test_a_piece_that_does_not_fit_says_so(patches):
    with pytest.raises(ValueError, match="there is no place for"):
        patched(patches)
