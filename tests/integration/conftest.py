"""Integration tests run on the event loop that the gateway runs on."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import uvloop


def pytest_asyncio_loop_factories(config: Any, item: Any) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """uvloop, as in `gateway.server.run`."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
def cassettes(tmp_path: Any) -> Any:
    """A folder for cassettes."""
    return tmp_path / "cassettes"
