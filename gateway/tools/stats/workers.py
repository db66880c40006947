"""Work spread over processes, the results in the order of the tasks.

    tasks ──> one at a time to each process that is free ──> results, put in order ──> whoever iterates

Rules: only a few results wait for an earlier one, so memory stays bounded however many tasks there are. Processes start
anew (no fork, which copies what other threads have locked). Each ends when its pipe does: when all is done, when the
caller leaves early, and when this process is killed. Ctrl-C is for this process alone; others learn of it by that end.
"""

import signal
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

__all__ = ["spread"]

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 4  # results that may wait, for each process


def spread(work: Callable[[Task], Result], tasks: Iterable[Task], processes: int) -> Iterator[Result]:
    """`work(task)` of each task, in order. `work` is a function of a module, and it all can be pickled.

    Raises ChildProcessError if a process ends before its work is done, out of memory for example.
    """
    if processes < 2:
        yield from map(work, tasks)
    else:
        with _Crew(work, processes) as crew:
            yield from crew.results(iter(tasks))


class _Crew(Generic[Task, Result]):
    """The processes, each with the pipe that leads to it."""

    def __init__(self, work: Callable[[Task], Result], processes: int) -> None:
        self._work = work
        self._wanted = processes
        self._processes: dict[Connection, SpawnProcess] = {}
        self._idle: list[Connection] = []
        self._busy: dict[Connection, int] = {}  # with the number of its task

    def __enter__(self) -> Self:
        # A blocked signal stays blocked in the processes that are started now, from their very beginning. Python's own
        # tracker, which would be started with the first of them, ends the blocking.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for _ in range(self._wanted):
                self._start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return self

    def _start(self) -> None:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._work), daemon=True)
        process.start()
        theirs.close()
        self._processes[ours] = process
        self._idle.append(ours)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for pipe, process in self._processes.items():
            pipe.close()
            process.join()
            process.close()

    def results(self, tasks: Iterator[Task]) -> Iterator[Result]:
        done: dict[int, Result] = {}
        told = 0
        for given, task in enumerate(tasks):
            while not self._idle or given - told >= _AHEAD * len(self._processes):
                done |= self._next()
                while told in done:
                    yield done.pop(told)
                    told += 1
            self._give(task, given)
        while self._busy:
            done |= self._next()
        yield from (done[number] for number in sorted(done))

    def _give(self, task: Task, number: int) -> None:
        pipe = self._idle.pop()
        pipe.send(task)
        self._busy[pipe] = number

    def _next(self) -> dict[int, Result]:
        """Wait until at least one process is done; what they give, by the numbers of their tasks."""
        found = wait(list(self._busy))
        ready = [pipe for pipe in self._busy if pipe in found]
        self._idle += ready
        return {self._busy.pop(pipe): self._taken(pipe) for pipe in ready}

    def _taken(self, pipe: Connection) -> Result:
        try:
            result: Result = pipe.recv()
        except (EOFError, ConnectionError) as error:
            process = self._processes[pipe]
            process.join()
            raise ChildProcessError(
                f"a process that shared the work ended with exit code {process.exitcode}; out of memory, perhaps"
            ) from error
        return result


def _serve(pipe: Connection, work: Callable[[Any], Any]) -> None:
    """What each process does until nobody is at the other end any more."""
    try:
        while True:
            pipe.send(work(pipe.recv()))
    except (EOFError, ConnectionError):
        pass
