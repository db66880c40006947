"""What was said once is said again only where it has changed."""

from gateway.dialects.openai.said import Said


def test_a_field_is_new_once_and_when_it_changes():
    said = Said()

    assert said.new({"status": "in_progress", "size": 9}) == {"status": "in_progress", "size": 9}
    assert said.new({"status": "in_progress", "size": 9}) == {}
    assert said.new({"status": "completed", "size": 9}) == {"status": "completed"}


def test_an_empty_field_is_only_new_where_it_was_something_else():
    said = Said()

    assert said.new({"name": "", "tools": [], "meta": {}, "error": None, "count": 0}) == {"count": 0}
    said.new({"tools": ["look"]})
    assert said.new({"tools": []}) == {"tools": []}


def test_a_null_takes_nothing_back():
    said = Said()
    said.new({"usage": 5})

    assert said.new({"usage": None}) == {}
    assert said.new({"usage": 5}) == {}
