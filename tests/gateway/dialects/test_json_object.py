import pytest

from gateway.dialects.json_object import json_object
from tests.scaling import assert_linear


def test_an_object_is_read():
    assert json_object('{"a": [1, 2.5, null, "{[["]}') == {"a": [1, 2.5, None, "{[["]}


@pytest.mark.parametrize(
    "text", ["", "[1]", '"text"', "7", "null", '{"a": NaN}', '{"a": -Infinity}', '{"a": 1e999}', "{"]
)
def test_what_is_no_object_or_no_json_is_refused(text):
    with pytest.raises(ValueError):
        json_object(text)


def test_what_is_nested_deeper_than_it_can_be_written_is_refused():
    assert json_object('{"a":' * 200 + "1" + "}" * 200)
    with pytest.raises(ValueError, match="nested more than 200 deep"):
        json_object('{"a":' * 201 + "1" + "}" * 201)


def test_a_text_that_is_cut_off_takes_linear_time():
    def read(size):
        with pytest.raises(ValueError, match="Unterminated string"):
            json_object('{"a": [' + "{}," * 201 + '"' + '\\"text with escapes ' * size)

    assert_linear(read, 2_000)


def test_brackets_in_a_text_that_is_cut_off_are_no_depth():
    with pytest.raises(ValueError, match="Unterminated string"):
        json_object('{"a": "' + "[" * 500)


def test_brackets_inside_texts_and_beside_each_other_are_no_depth():
    assert json_object('{"a": "' + "[" * 500 + '\\""}') == {"a": "[" * 500 + '"'}
    assert len(json_object('{"a": [' + ",".join(["{}"] * 500) + "]}")["a"]) == 500
