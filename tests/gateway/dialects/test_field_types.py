"""A field is of its type, or the frame that it came in is reported."""

import pytest

from gateway.dialects.field_types import delta_of, numbers, objects, texts


def test_texts_and_nothing_at_all_pass():
    texts(id="a", name="", ref=None)
    objects(provider={}, details=None)
    numbers(start=0, end=None)


@pytest.mark.parametrize("wrong", ["0", True, 1.5, -1, [1]])
def test_what_is_no_number_is_refused_with_its_name(wrong):
    with pytest.raises(TypeError, match="expected end to be a whole number; got "):
        numbers(start=1, end=wrong)


@pytest.mark.parametrize("wrong", [0, True, 1.5, ["a"], {"a": 1}, b"a"])
def test_what_is_no_text_is_refused_with_its_name(wrong):
    with pytest.raises(TypeError, match="expected ref to be a text; got "):
        texts(id="a", ref=wrong)


@pytest.mark.parametrize("wrong", [0, True, "a", ["a"]])
def test_what_is_no_object_is_refused_with_its_name(wrong):
    with pytest.raises(TypeError, match="expected details to be an object; got "):
        objects(provider={}, details=wrong)


def test_a_long_value_is_shown_in_short():
    with pytest.raises(TypeError) as refused:
        texts(id=["x" * 10_000])
    assert len(str(refused.value)) < 100


def test_a_delta_has_what_its_kind_needs():
    delta_of("data", {"base64": "AAE=", "mime": None})
    delta_of("citation", {"citation": {"url": "https://a.example", "start": 0}})
    delta_of("provider", {"provider": 7})
    for kind, payload in (
        ("json_patch", {"path": None}),
        ("signature", {}),
        ("data", {"base64": "AAE=", "mime": 7}),
        ("citation", {"citation": []}),
        ("citation", {"citation": {"title": 7}}),
        ("citation", {"citation": {"end": "7"}}),
    ):
        with pytest.raises(TypeError):
            delta_of(kind, payload)
