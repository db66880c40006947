"""Values that fit a schema."""

import pytest
from pydantic import BaseModel

from gateway.simulator.schema import Filling, example

FILLING = Filling("Paris", 7, "rain")


class Leaf(BaseModel):
    """A part that the tree refers to."""

    name: str
    weight: float


class Tree(BaseModel):
    """What SDKs make schemas of: references, choices, lists, and itself."""

    city: str
    leaf: Leaf
    leaves: list[Leaf]
    age: int | None
    children: list["Tree"]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "Paris"),
        ({"type": ["null", "string"]}, "Paris"),
        ({"type": "STRING"}, "Paris"),
        ({"type": "integer"}, 7),
        ({"type": "integer", "maximum": 5}, 5),
        ({"type": "integer", "minimum": 9}, 9),
        ({"type": "number"}, 7.0),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"enum": ["a", "b"]}, "a"),
        ({"enum": "broken"}, None),
        ({"const": 3}, 3),
        ({"type": "array", "items": {"type": "integer"}}, [7]),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 7),
        ({"type": "string", "format": "date-time"}, "2026-01-02T12:00:00Z"),
        ({"properties": {"query": {}, "email": {}}}, {"query": "rain", "email": "zoe@example.com"}),
        ({"$ref": "#/nowhere"}, "Paris"),
        ("nonsense", "Paris"),
    ],
)
def test_one_value(schema, value):
    assert example(schema, FILLING) == value


def test_a_pydantic_model_accepts_what_its_schema_gave():
    Leaf.model_validate(example(Leaf.model_json_schema(), FILLING))


def test_a_schema_that_refers_to_itself_ends():
    value = example(Tree.model_json_schema(), FILLING)

    assert value["leaf"] == {"name": "Paris", "weight": 7.0}
    assert value["children"][0]["children"][0]["city"] == "Paris"
    Tree.model_validate(value)
