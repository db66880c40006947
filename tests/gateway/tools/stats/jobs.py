"""What processes are given to do in tests: they import it by name."""

import os
import signal

__all__ = ["end_badly", "process_id", "times_two"]


def times_two(number):
    return number * 2


def process_id(_):
    return os.getpid()


def end_badly(number):
    """As if the system had killed it for want of memory."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number
