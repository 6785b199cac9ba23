"""Ends a worker whose consumer has gone deaf, so that whoever supervises it starts a new one.

After a restart of Redis a consumer may stay connected and never read again (celery#10205). Bells that lie
unread while the pool is idle say so. The folder transport has no connection to lose and needs no watchdog.
"""

import os
import signal
import threading

import redis
import structlog

from worker.broker import broker_folder, queue_of
from worker.settings import WorkerSettings
from worker.shift import Shift

DEAF_AFTER_S = 60.0
LOOK_EVERY_S = 5.0
ANSWER_S = 2.0
log = structlog.get_logger(__name__)


class Watchdog:
    """A thread of the Celery main process; it holds no database and only reads one length from Redis."""

    def __init__(self, shift: Shift, settings: WorkerSettings, *, deaf_after_s: float = DEAF_AFTER_S) -> None:
        self._shift = shift
        self._settings = settings
        self._deaf_after_s = deaf_after_s
        self._unread_s = 0.0

    def start(self) -> None:
        """Begin to look, if the broker is one that can go deaf."""
        if broker_folder(self._settings.broker_url) is None:
            threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(LOOK_EVERY_S):
            if self.look(self.unread(), LOOK_EVERY_S):
                log.error("consumer.deaf", unread_s=self._unread_s)
                os.kill(os.getpid(), signal.SIGTERM)
                return

    def look(self, unread: int, elapsed_s: float) -> bool:
        """Take note of how many bells lie unread; True once they have lain too long beside an idle pool."""
        deaf = unread > 0 and self._shift.idle_s() > elapsed_s and not self._shift.ending()
        self._unread_s = self._unread_s + elapsed_s if deaf else 0.0
        return self._unread_s >= self._deaf_after_s

    def unread(self) -> int:
        """Bells waiting in the pool's queue; 0 while Redis does not answer."""
        try:
            with redis.Redis.from_url(
                self._settings.broker_url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S
            ) as client:
                return int(client.llen(queue_of(self._settings.pool)))
        except redis.RedisError:
            return 0
