"""One supervised process: started in its own group, restarted when it dies, never left behind."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOG_LIMIT_BYTES = 10 << 20
STEADY_S = 30.0
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """What a child runs: `python <arguments>` with these variables over the environment."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Child:
    """A program kept alive: after its n-th quick death it is started again 0.5 · 2ⁿ s later, at most 30 s."""

    def __init__(self, program: Program, logs: Path) -> None:
        self.program = program
        self.log = logs / f"{program.name}.log"
        self._deaths = 0
        self._next_start = 0.0
        self._started_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, None while there is no process."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the program in a session of its own; the kernel kills it if this process dies."""
        self._rotate_log()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self.program.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.program.environment},
                start_new_session=True,
                preexec_fn=_die_with_parent(os.getpid()),
            )
        self._started_at = time.monotonic()

    def check(self) -> str | None:
        """Notice a death or a long log, restart when it is time; returns what happened, if anything did."""
        self._rotate_log()
        now = time.monotonic()
        if self._process is None:
            if now >= self._next_start:
                self.start()
            return None
        code = self._process.poll()
        if code is None:
            return None
        self._deaths = 0 if now - self._started_at > STEADY_S else self._deaths + 1
        pause = min(30.0, 0.5 * 2**self._deaths)
        self._next_start = now + pause
        self._process = None
        return f"{self.program.name} ended with {code}; it starts again in {pause:g} s (log: {self.log})"

    def terminate(self) -> None:
        """Ask the program to stop."""
        if self._process:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)

    def wait(self, deadline: float) -> bool:
        """Whether the program is gone before `deadline` (monotonic seconds)."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """Kill what is left of the program's group."""
        if self._process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _rotate_log(self) -> None:
        """Put a long log aside as a copy: the program appends to the very file, and may do so meanwhile.

        What it writes between the copy and the cut is lost.
        """
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)


def _die_with_parent(parent: int) -> Callable[[], None]:
    """What runs between fork and exec: be killed when the parent dies, or now if it already has."""

    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
