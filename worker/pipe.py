"""Lines from a pipe that may hold anything."""

import os
from collections.abc import Iterator

CHUNK_BYTES = 1 << 18
CHUNKS_A_TURN = 16
LINE_CAP_BYTES = 64 << 20


class LineTooLongError(Exception):
    """A line passed the cap; the sender is broken."""


class LineReader:
    """Splits what arrives on a non-blocking descriptor into lines."""

    def __init__(self, fd: int, cap_bytes: int = LINE_CAP_BYTES) -> None:
        os.set_blocking(fd, False)
        self.closed = False
        self._fd = fd
        self._cap_bytes = cap_bytes
        self._pending = bytearray()

    def lines(self) -> Iterator[bytes]:
        """Yield complete lines that have arrived, without waiting and no more than a few megabytes a turn.

        Raises:
            LineTooLongError: more than the cap arrived without an end of line.
        """
        for _ in range(CHUNKS_A_TURN):
            try:
                chunk = os.read(self._fd, CHUNK_BYTES)
            except BlockingIOError:
                return
            self.closed = not chunk
            searched = len(self._pending)
            self._pending += chunk
            yield from self._split(searched)
            if self.closed:
                return

    def _split(self, searched: int) -> Iterator[bytes]:
        start = 0
        while (end := self._pending.find(b"\n", max(searched, start))) >= 0:
            yield bytes(self._pending[start:end])
            start = end + 1
        del self._pending[:start]
        if len(self._pending) > self._cap_bytes:
            raise LineTooLongError(f"more than {self._cap_bytes} bytes without an end of line")
