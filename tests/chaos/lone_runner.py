"""A runner, with a folder as its argument, that leaves word outside the database.

While it trains it holds a lock file of its job, which only one process can create. What it meets and does is
told in FOLDER: `<job>.lock` while it is at work, a line in `<job>.runs` for each time that it was, and a line
in `<job>.met` if another runner held the lock.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from worker import runner
from worker.messages import Order, Result

Train = Callable[..., Result]


def alone(train: Train, folder: Path) -> Train:
    """The same training, with a lock held."""

    def locked(order: Order, *more: object) -> Result:
        lock, who = folder / f"{order.job_id}.lock", f"{order.attempt} {os.getpid()}\n"
        note(folder / f"{order.job_id}.runs", who)
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            note(folder / f"{order.job_id}.met", who)
            return train(order, *more)
        try:
            return train(order, *more)
        finally:
            lock.unlink()

    return locked


def note(path: Path, line: str) -> None:
    """Add a line, whole even if others add theirs."""
    with path.open("a") as file:
        file.write(line)


def main() -> int:
    """Run as any runner does, but alone or with a word of the other one."""
    runner.train = alone(runner.train, Path(sys.argv[1]))
    return runner.main()
