"""Real processes: order, bounded waiting, and that none outlives its use."""

import os
import signal
import subprocess
import sys
from itertools import count, islice

import pytest

from gateway.tools.stats.workers import spread
from tests.gateway.tools.stats.jobs import end_badly, process_id, times_two


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_the_order_of_the_tasks(processes):
    assert list(spread(times_two, range(50), processes)) == [number * 2 for number in range(50)]
    assert list(spread(times_two, [], processes)) == []


def test_the_work_is_done_elsewhere():
    workers = set(spread(process_id, range(20), 2))
    assert os.getpid() not in workers
    assert not any(map(alive, workers))
    assert set(spread(process_id, range(20), 1)) == {os.getpid()}


def test_tasks_are_taken_as_results_are_wanted():
    taken = []
    tasks = (taken.append(number) or number for number in count())
    results = spread(times_two, tasks, 2)
    assert list(islice(results, 5)) == [0, 2, 4, 6, 8]
    assert len(taken) < 40
    results.close()


def test_a_process_that_dies_is_told():
    with pytest.raises(ChildProcessError, match="ended with exit code -9; out of memory, perhaps"):
        list(spread(end_badly, range(20), 2))


WITHOUT_END = """
from itertools import count
from gateway.tools.stats.workers import spread
from tests.gateway.tools.stats.jobs import times_two
for number in spread(times_two, count(), 2):
    if number == 20:
        print("works", flush=True)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=lambda how: how.name)
def test_nobody_outlives_this_process_however_it_ends(how):
    """All get a Ctrl-C, as on a terminal, and whoever works in the background leaves without a word."""
    running = subprocess.Popen(
        [sys.executable, "-c", WITHOUT_END],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert running.stdout.readline() == "works\n"
    (os.killpg if how is signal.SIGINT else os.kill)(running.pid, how)
    _, said = running.communicate(timeout=60)  # comes back when nobody holds these pipes any more
    assert running.returncode == -how
    assert said.count("Traceback") == (how is signal.SIGINT)
