"""The walls around a process that reads what strangers wrote."""

import ctypes
import os
import resource
import sys
from pathlib import Path

from worker.readers.limits import Limits

CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000
FORBIDDEN = (
    "socket.",
    "subprocess.",
    "pickle.",
    "pty.",
    "os.exec",
    "os.fork",
    "os.kill",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
)
CHANGING = (
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "shutil.rmtree",
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def enter(out: Path, limits: Limits) -> None:
    """Give up everything but reading files and writing into `out`; call it after all imports.

    The resource limits are the kernel's. The audit hook holds for Python code only: it is the second wall,
    as is the empty network namespace, which some kernels refuse to unprivileged processes.
    """
    _leave_network()
    _limit(limits)
    folder = str(out.resolve())
    os.chdir(folder)

    def audit(event: str, args: tuple[object, ...]) -> None:
        if event.startswith(FORBIDDEN):
            raise PermissionError(f"a reader may not {event}")
        writes = event == "open" and isinstance(args[2], int) and args[2] & WRITING
        if writes or event.startswith(CHANGING):
            _check_inside(args[0], folder)

    sys.addaudithook(audit)


def _check_inside(path: object, folder: str) -> None:
    if isinstance(path, int):
        return
    if isinstance(path, str | bytes | os.PathLike):
        real = os.path.realpath(os.fsdecode(path))
        if real == folder or real.startswith(folder + os.sep):
            return
    raise PermissionError("a reader writes into its own folder only")


def _leave_network() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return


def _limit(limits: Limits) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    space = pages * resource.getpagesize() + limits.memory_bytes
    for what, most in (
        (resource.RLIMIT_AS, space),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
