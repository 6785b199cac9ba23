"""The runner's voice: typed lines on a pipe that nothing else can write to."""

import os
import sys
import threading
import time
from dataclasses import asdict
from typing import BinaryIO, Self

from clustering import run
from worker.messages import Checkpoint, Message, Metrics, Point, Progress

PROGRESS_S = 0.25


class Speaker:
    """Sends at most four reports of progress a second, and the points of all epochs in batches.

    The watchers of siblings speak from threads of their own.
    """

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._points: list[Point] = []
        self._progress: run.Progress | None = None
        self._spoken_at = float("-inf")
        self._turn = threading.Lock()

    @classmethod
    def take_stdout(cls) -> Self:
        """Take the pipe behind stdout away, so that a stray print goes to the log instead of into it."""
        pipe = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        return cls(pipe)

    def hear(self, report: run.Report) -> None:
        """Take what a fit reports; called at every step, so it is cheap."""
        match report:
            case run.Progress():
                self._progress = report
            case run.Metrics():
                self._points.append(Point(**asdict(report)))
            case run.CheckpointSaved():
                self.flush()
                self.say(Checkpoint(**asdict(report)))
        if time.monotonic() - self._spoken_at >= PROGRESS_S:
            self.flush()

    def flush(self) -> None:
        """Send what has gathered."""
        self._spoken_at = time.monotonic()
        if self._points:
            self.say(Metrics(points=self._points))
            self._points = []
        if self._progress is not None:
            self.say(Progress(**asdict(self._progress)))
            self._progress = None

    def say(self, message: Message) -> None:
        """Send one message whole."""
        with self._turn:
            self._send(message)

    def conclude(self, message: Message | None) -> None:
        """Send the last message, if there is one; whoever speaks after it waits until the process ends."""
        self._turn.acquire()
        if message is not None:
            self._send(message)

    def _send(self, message: Message) -> None:
        line = memoryview(message.line())
        while line:
            line = line[self._pipe.write(line) :]
