"""Processes that end with the one that started them.

`PR_SET_PDEATHSIG` fires when the starting *thread* ends. Runners are started by the supervisor's main thread
and use it. The supervisor itself may be forked by a helper thread of Celery's pool, which ends early in a
shutdown, so it watches a pipe instead.
"""

import ctypes
import gc
import importlib
import os
import signal
import sys
import threading
from typing import NoReturn

PR_SET_PDEATHSIG = 1


def set_parent_death_signal(number: int) -> None:
    """Ask the kernel for a signal when the starting thread ends; 0 takes the wish back."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) was refused")


def command(module: str) -> list[str]:
    """The command line that calls `main` of a module in a child which never outlives the calling process."""
    return [sys.executable, "-m", "worker.lifeline", str(os.getpid()), module]


class Tether:
    """A pipe whose end of file says that the process which opened it is gone."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def hold(self) -> None:
        """In a forked child: kill this process as soon as the opener has ended, however it ended."""
        os.close(self._write)
        set_parent_death_signal(0)
        threading.Thread(target=self._watch, name="tether", daemon=True).start()

    def _watch(self) -> None:
        os.read(self._read, 1)
        os.kill(os.getpid(), signal.SIGKILL)


def main(parent: str, module: str) -> NoReturn:
    """Call `main` of a module that dies with its parent, protected before its slow imports begin.

    It is imported with the collector off and its interpreter is never taken down: neither does anything for a
    process that does one thing, and with torch loaded they take seconds.
    """
    set_parent_death_signal(signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit(f"started by {parent}, which is gone")
    sys.argv = sys.argv[2:]
    gc.disable()
    program = importlib.import_module(module)
    gc.enable()
    gc.freeze()
    status = program.main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
