"""A runner seen from outside: spawn, order, read, signal, reap."""

import os
import signal
import subprocess
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from worker.den import Den
from worker.lifeline import command
from worker.pipe import LineReader
from worker.processes import Identity

TAIL_BYTES = 4096
LOG_CAP_BYTES = 16 << 20
KEPT_LOGS = 8
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "TZ")
KEPT_PREFIXES = ("CUDA_", "NVIDIA_", "NCCL_", "OMP_", "MKL_", "OPENBLAS_", "TORCH")
LOOPBACK = dict.fromkeys(("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME"), "lo")


@dataclass(frozen=True)
class Ended:
    """How a child process ended, as the kernel tells."""

    exit_code: int | None
    signal: int | None
    peak_rss_bytes: int


def scrubbed(environment: Mapping[str, str], *, threads: int) -> dict[str, str]:
    """What a runner may see of our environment: no credentials, no addresses of services.

    libgomp spins while it waits by default, and two busy processes then starve each other. The processes of
    one fit meet on loopback, where no other machine hears them.
    """
    kept = {
        name: value for name, value in environment.items() if name in KEPT or name.startswith(KEPT_PREFIXES)
    }
    counts = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))
    return {**LOOPBACK, **kept, **counts, "OMP_WAIT_POLICY": "passive", "PYTHONUNBUFFERED": "1"}


def how_it_ended(returncode: int) -> str:
    """An end as people read it; the code is negative for a signal."""
    if returncode < 0:
        return f"was killed by {signal.Signals(-returncode).name}"
    return f"ended with exit code {returncode}"


class Child:
    """A process in a session of its own, spoken to over stdin and stdout; stderr goes to a file."""

    def __init__(self, arguments: Sequence[str], *, environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as stderr:
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=dict(environment),
                start_new_session=True,
            )
        self._stdin = cast(IO[bytes], self._process.stdin)
        self._stdout = cast(IO[bytes], self._process.stdout)
        self._reader = LineReader(self._stdout.fileno())
        self.ended: Ended | None = None
        self.identity = Identity.of(self._process.pid)

    @property
    def pid(self) -> int:
        """Also the id of its process group."""
        return self._process.pid

    def fileno(self) -> int:
        """The descriptor that becomes readable when the child speaks or ends."""
        return self._stdout.fileno()

    def send(self, line: bytes) -> None:
        """Write to its stdin; a child that is gone is noticed at `poll`."""
        with suppress(BrokenPipeError):
            self._stdin.write(line)
            self._stdin.flush()

    def lines(self) -> Iterator[bytes]:
        """The lines that have arrived; raises LineTooLongError."""
        return self._reader.lines()

    @property
    def silent(self) -> bool:
        """Whether its end of the pipe is closed."""
        return self._reader.closed

    def signal(self, number: int) -> None:
        """Signal the leader alone: it decides what its own children hear."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the whole process group; one whose leader was reaped is gone, and its id may be another's."""
        if self.ended is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def poll(self) -> Ended | None:
        """If it has ended, kill what it left of its group and reap it."""
        return self.ended or self._reap(os.WNOHANG)

    def bury(self) -> Ended:
        """Kill the group, wait for the leader and close the pipes."""
        self.kill()
        ended = self.ended or self._reap(0)
        self._stdout.close()
        with suppress(BrokenPipeError):
            self._stdin.close()
        return cast(Ended, ended)

    def _reap(self, flags: int) -> Ended | None:
        """Wait for its end; the group is killed while the dead leader still holds the group's id."""
        if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | flags) is None:
            return None
        self.kill()
        _, status, usage = os.wait4(self.pid, 0)
        self._process.returncode = code = os.waitstatus_to_exitcode(status)
        exit_code, number = (None, -code) if code < 0 else (code, None)
        self.ended = Ended(exit_code, number, usage.ru_maxrss * 1024)
        return self.ended

    def cap_log(self) -> None:
        """Cut the log file when it has grown past the cap."""
        with suppress(FileNotFoundError):
            if self.log.stat().st_size > LOG_CAP_BYTES:
                os.truncate(self.log, 0)

    def tail(self) -> str:
        """The last of what it wrote to stderr."""
        with suppress(FileNotFoundError), self.log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
            return file.read().decode(errors="replace")
        return ""


class WarmRunner:
    """Keeps one runner imported and waiting, so that a job starts in well under a second.

    Of the runners that were laid to rest the newest KEPT_LOGS leave their logs behind, the others nothing.
    """

    def __init__(self, arguments: Sequence[str], *, den: Den, threads: int) -> None:
        self._arguments = arguments
        self._den = den
        self._threads = threads
        self._count = 0
        self._waiting: Child | None = None
        self._old_logs: deque[Path] = deque()

    def warm_up(self) -> None:
        """Start the next runner unless one is waiting."""
        if self._waiting is not None and self._waiting.poll() is not None:
            self.dismiss()
        if self._waiting is None:
            self._waiting = self._start()

    def take(self) -> Child:
        """The waiting runner, or a cold one."""
        self.warm_up()
        taken, self._waiting = cast(Child, self._waiting), None
        return taken

    def dismiss(self) -> None:
        """End the waiting runner, if there is one."""
        if self._waiting is not None:
            self.lay_to_rest(self._waiting)
            self._waiting = None

    def lay_to_rest(self, child: Child) -> None:
        """Bury a runner that was taken, and remove what nobody needs of it and of those before it."""
        child.bury()
        self._den.forget(child.identity)
        self._old_logs.append(child.log)
        while len(self._old_logs) > KEPT_LOGS:
            self._old_logs.popleft().unlink(missing_ok=True)

    def _start(self) -> Child:
        self._count += 1
        environment = scrubbed(os.environ, threads=self._threads)
        child = Child(self._arguments, environment=environment, log=self._den.log(self._count))
        self._den.remember(child.identity)
        return child


def runner_command() -> list[str]:
    """How a runner is started."""
    return command("worker.runner")
