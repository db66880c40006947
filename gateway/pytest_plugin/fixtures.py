"""The fixtures that tests use."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from gateway.pytest_plugin.factory import CassetteFactory
from gateway.pytest_plugin.worker import WORKER, has_cassette

if TYPE_CHECKING:
    from gateway.embedded import OpenCassette

__all__ = ["cassette", "cassette_factory", "cassette_of_the_marker"]


@pytest.fixture
def cassette(request: pytest.FixtureRequest) -> "Iterator[OpenCassette]":
    """The test's cassette. While the test runs, the base-URL variables of the SDKs lead to it."""
    with request.config.stash[WORKER].use_for(request.node) as use:
        yield use.cassette


@pytest.fixture(autouse=True, name="_cassette_of_the_marker")
def cassette_of_the_marker(request: pytest.FixtureRequest) -> None:
    """The marker alone is enough. And the cassette comes before other fixtures, which may make an SDK's client."""
    if has_cassette(request.node):
        request.getfixturevalue("cassette")


@pytest.fixture(scope="session")
def cassette_factory(request: pytest.FixtureRequest) -> CassetteFactory:
    """For cassettes that several tests share, or for one more in a test: a factory of blocks."""
    return CassetteFactory(request.config)
