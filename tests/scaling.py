"""Whether work grows as its input does. Not how long it takes, which is the machine's matter."""

import time
from collections.abc import Callable

TIMES = 8
TRIES = 5


def assert_linear(work: Callable[[int], object], size: int) -> None:
    """Eight times the input takes some eight times as long; if each part cost what is before it, 64 times.

    The machine may be busy with something else at any moment, so one try of several has to show it.
    """
    growth = []
    for _ in range(TRIES):
        small, large = seconds(work, size), seconds(work, TIMES * size)
        growth.append(large / small)
        if growth[-1] < TIMES * 4:
            return
    raise AssertionError(f"{TIMES} times the input took {', '.join(f'{times:.0f}' for times in growth)} times as long")


def seconds(work: Callable[[int], object], size: int) -> float:
    """CPU time of the work, the least of two goes."""
    taken = []
    for _ in range(2):
        started = time.process_time()
        work(size)
        taken.append(time.process_time() - started)
    return max(min(taken), 1e-4)
