"""What the agent can look up, told to each provider in its own way."""

from collections.abc import Callable
from typing import Any, NamedTuple

TEXT = {"type": "string"}


class Tool(NamedTuple):
    """A function that the model may call, with the JSON schemas of its arguments."""

    run: Callable[..., dict[str, Any]]
    description: str
    arguments: dict[str, Any]

    @property
    def name(self) -> str:
        return self.run.__name__

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "object", "properties": self.arguments, "required": list(self.arguments)}


def get_weather(city: str, hour: int) -> dict[str, Any]:
    return {"city": city, "hour": hour, "sky": "clear" if len(city) % 2 else "cloudy", "celsius": 12 + len(city)}


def check_stock(shop: str, item: str) -> dict[str, Any]:
    return {"shop": shop, "item": item, "left": len(shop) * len(item)}


TOOLS = [
    Tool(get_weather, "The weather in a city at an hour of today.", {"city": TEXT, "hour": {"type": "integer"}}),
    Tool(check_stock, "How many of an item are left in the shop of a city.", {"shop": TEXT, "item": TEXT}),
]


def look_up(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Call a tool by its name."""
    return next(tool for tool in TOOLS if tool.name == name).run(**arguments)
