"""What the Celery main process and its pool process tell each other through shared memory."""

import mmap
import struct
import time

_MOMENT = struct.Struct("=d")
_END_AT, _IDLE_AT, _LEFT_AT = slice(0, 8), slice(8, 16), slice(16, 24)


class Shift:
    """One page shared by fork: when the drain began, since when no wake is at work, and the farewell."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE)

    def end(self) -> None:
        """Ask the pool process to drain; safe in a signal handler."""
        if not self.ending():
            self._page[_END_AT] = _MOMENT.pack(time.monotonic())

    def ending(self) -> bool:
        """Whether to take no new work and to hand back the present one."""
        return self._since(_END_AT) is not None

    def ending_s(self) -> float:
        """Seconds since the drain began; 0 before."""
        return self._since(_END_AT) or 0.0

    def begin_wake(self) -> None:
        """The pool process says that it is at work."""
        self._page[_IDLE_AT] = _MOMENT.pack(0.0)

    def end_wake(self) -> None:
        """The pool process says that it waits for a bell."""
        self._page[_IDLE_AT] = _MOMENT.pack(time.monotonic())

    def idle_s(self) -> float:
        """Seconds without a wake; 0 during one and before the pool process is there."""
        return self._since(_IDLE_AT) or 0.0

    def leave(self) -> None:
        """The pool process says that it has tidied up and may be killed."""
        self._page[_LEFT_AT] = _MOMENT.pack(time.monotonic())

    def left(self) -> bool:
        """Whether it has said so."""
        return self._since(_LEFT_AT) is not None

    def _since(self, place: slice) -> float | None:
        (moment,) = _MOMENT.unpack(self._page[place])
        return time.monotonic() - moment if moment else None
