"""Processes that should end: which of them still run."""

import time
from collections.abc import Iterable
from contextlib import suppress

import psutil


def running(process: psutil.Process) -> bool:
    """Whether a process is there and no zombie; what nobody reaps stays as one."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def surviving(doomed: Iterable[psutil.Process], *, within_s: float) -> list[psutil.Process]:
    """Those that have not ended in so many seconds."""
    end = time.monotonic() + within_s
    while (left := [process for process in doomed if running(process)]) and time.monotonic() < end:
        time.sleep(0.05)
    return left
