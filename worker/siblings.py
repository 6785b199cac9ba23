"""The processes that compute one fit beside the runner that was ordered: started by it, and gone with it.

A sibling is a runner whose order names another rank. It stands in the leading runner's process group and dies
with that runner, says nothing but why it cannot go on, and leaves no files.
"""

import os
import signal
import subprocess
import threading
import time

from pydantic import ValidationError

from worker.child import how_it_ended
from worker.lifeline import command
from worker.messages import EXIT_DRAINED, EXIT_REPORTED, Failure, Order, parse
from worker.speaker import Speaker

ECHO_S = 1.0
"""From an end without a reason, which may be the echo of another one's, until it is told."""
PATIENCE_S = 3.0


class Siblings:
    """All of one order's; none if the job has one device.

    The end of one ends this process with its reason: a fit that has lost a part of its batches waits for
    ever, or meets a broken connection that explains nothing.
    """

    def __init__(self, order: Order, speaker: Speaker) -> None:
        self._speaker = speaker
        self._dismissed = threading.Event()
        ranks = range(1, len(order.devices)) if order.rank == 0 else ()
        if ranks:
            order.meeting.unlink(missing_ok=True)
        self._watchers = [self._start(order.model_copy(update={"rank": rank})) for rank in ranks]

    def dismiss(self) -> None:
        """The fit is done; how a sibling ends does not matter any more."""
        self._dismissed.set()

    def hear_out(self) -> None:
        """Leave siblings time to say why, if one of them is the reason of what has just failed here."""
        deadline = time.monotonic() + PATIENCE_S
        for watcher in self._watchers:
            watcher.join(max(0.0, deadline - time.monotonic()))

    def _start(self, order: Order) -> threading.Thread:
        """In the main thread, for a sibling dies with the thread that started it."""
        process = subprocess.Popen(command("worker.runner"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        watcher = threading.Thread(
            target=self._watch, args=(order, process), name=f"rank-{order.rank}", daemon=True
        )
        watcher.start()
        return watcher

    def _watch(self, order: Order, process: "subprocess.Popen[bytes]") -> None:
        said, _ = process.communicate(order.line())
        failure, ended = _reported(said), process.returncode
        if ended in (0, EXIT_DRAINED):
            return
        if failure is None and ended > 0:
            time.sleep(ECHO_S)
        if self._dismissed.is_set():
            return
        if ended == -signal.SIGTERM:
            os.kill(os.getpid(), signal.SIGTERM)
        self._speaker.conclude(failure or _crashed(order, ended))
        os._exit(EXIT_REPORTED)


def _reported(said: bytes) -> Failure | None:
    """The reason that a sibling gave."""
    for line in said.splitlines():
        try:
            message = parse(line)
        except ValidationError:
            continue
        if isinstance(message, Failure):
            return message
    return None


def _crashed(order: Order, returncode: int) -> Failure:
    which = f"Process {order.rank + 1} of {len(order.devices)} of the training, on {order.device},"
    return Failure(code="worker_crashed", detail=f"{which} {how_it_ended(returncode)} without a report.")
