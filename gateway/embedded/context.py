"""What is opened and closed, and can be used by `with` as well as by `async with`."""

import asyncio
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

__all__ = ["Context"]


class Context(ABC):
    """Opens on entry and closes on exit; in asynchronous code without holding up the event loop."""

    @abstractmethod
    def open(self) -> Self:
        """Begin; gives itself."""

    @abstractmethod
    def close(self, *, failed: bool = False) -> None:
        """End. `failed` says that an error ends it. Harmless when repeated."""

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(failed=error is not None)

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.open)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close, failed=error is not None)
