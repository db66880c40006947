"""A simulated provider on a port of its own, and what the tests of all APIs ask it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp import web

from gateway.simulator import Simulation, simulator_runner

Start = Callable[[Simulation], Awaitable[str]]

WEATHER_SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "description": "Where"},
        "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        "days": {"type": "integer", "minimum": 1, "maximum": 5},
    },
    "required": ["city"],
}
TWO_CITIES = "What is the weather in Paris and São Paulo?"


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Start a simulated provider with these options; its address is http://127.0.0.1:PORT."""
    async with AsyncExitStack() as stack:

        async def started(simulation: Simulation) -> str:
            runner = simulator_runner(simulation)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            return f"http://127.0.0.1:{runner.addresses[0][1]}"

        yield started


@pytest.fixture
async def simulator(start: Start) -> str:
    """The address of one that answers at once."""
    return await start(Simulation(ttft_ms=0, gap_ms=0))
