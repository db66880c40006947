"""Cassettes by hand: for a module, a session, or several in one test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gateway.pytest_plugin.environ import environment
from gateway.pytest_plugin.use import User, refusal
from gateway.pytest_plugin.wanted import Wanted
from gateway.pytest_plugin.worker import WORKER

if TYPE_CHECKING:
    from gateway.embedded import Gateway, OpenCassette

__all__ = ["CassetteFactory"]


class CassetteFactory:
    """Opens cassettes on the gateway that the fixture `cassette` uses too."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._worker = config.stash[WORKER]

    @property
    def gateway(self) -> "Gateway":
        """The gateway of this process."""
        return self._worker.gateway.running()

    @contextmanager
    def __call__(
        self, name: str, *, folder: Path | None = None, environ: bool = True, **wanted: Any
    ) -> "Iterator[OpenCassette]":
        """A cassette in use while the block runs, by default in the folder of cassettes at the root of the project.

        `wanted` are the marker's keywords. With `environ` the SDKs are pointed to it. Fails at the end of the block if
        a request found no answer.
        """
        folder = self._config.rootpath / self._worker.folder if folder is None else folder
        try:
            checked = Wanted.of([((name,), wanted)])
        except ValueError as error:
            raise refusal(f"cassette_factory({name!r}): {error}") from None
        user = User(f"cassette_factory({name!r})", self._worker.command(), base=self._config.invocation_params.dir)
        with self._worker.gateway.use(name, folder, checked, user) as use:
            try:
                with environment(use.cassette.environment(os.environ)) if environ else nullcontext():
                    yield use.cassette
            except BaseException:
                use.failed = True
                raise
            if complaint := use.complaint():
                raise refusal(complaint)
