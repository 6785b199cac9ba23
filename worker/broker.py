"""The Celery app and the bell: what the API may import of the worker, beside its logs.

A message is only a bell: "something is claimable in this pool". Lost, the sweeper rings again; doubled, the
second claim finds nothing. So ringing never waits, never raises and keeps nothing.
"""

import threading
from pathlib import Path
from typing import Any

import structlog
from celery import Celery
from kombu.connection import Connection

from worker.folder_transport import transport_options
from worker.reconnecting import ReconnectingAMQP
from worker.settings import WorkerSettings

FOLDER_SCHEME = "filesystem:"
BELL_TIMEOUT_S = 0.2
UNREAD_CAP = 100
log = structlog.get_logger(__name__)


def queue_of(pool: str) -> str:
    """The one queue of a pool; which job runs is decided in SQL."""
    return f"pool.{pool}"


def broker_folder(url: str) -> Path | None:
    """The folder of a filesystem broker url, else None."""
    return Path(url.removeprefix(FOLDER_SCHEME)) if url.startswith(FOLDER_SCHEME) else None


def _connection_arguments(url: str) -> dict[str, Any]:
    folder = broker_folder(url)
    if folder is None:
        return {"broker_url": url, "broker_transport_options": {}, "worker_disable_prefetch": True}
    return {
        "broker_url": "filesystem://localhost//",
        "broker_transport": "worker.folder_transport:Transport",
        "broker_transport_options": transport_options(folder),
    }


def celery_config() -> dict[str, Any]:
    """The whole Celery configuration; evaluated when the app is first used, never at import."""
    return {
        **_connection_arguments(WorkerSettings().broker_url),
        "imports": ["worker.tasks"],
        "task_acks_late": False,
        "task_ignore_result": True,
        "worker_pool": "worker.pool:SlotPool",
        "worker_concurrency": 1,
        "worker_prefetch_multiplier": 1,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "worker_max_tasks_per_child": 100,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_publish_retry": False,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0},
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "enable_utc": True,
    }


app = Celery("facet", amqp=ReconnectingAMQP, set_as_current=False)
app.add_defaults(celery_config)


class Bell:
    """Rings pools from one background thread, so that no caller ever waits for the broker.

    While the broker hangs, rings of one pool merge; there are never more waiting than pools.
    """

    def __init__(self, timeout_s: float = BELL_TIMEOUT_S) -> None:
        self.failures = 0
        self._timeout_s = timeout_s
        self._waiting: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ring(self, pool: str) -> None:
        """Ask for a ring and return at once."""
        with self._changed:
            self._waiting.add(pool)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
                pools, self._waiting = self._waiting, set()
            for pool in sorted(pools):
                self.send(pool)

    def send(self, pool: str) -> None:
        """Ring now, in this thread, unless enough rings lie unread; a failure is counted and logged."""
        try:
            with self._connect() as connection:
                declared = connection.default_channel.queue_declare(queue=queue_of(pool))
                if declared.message_count < UNREAD_CAP:
                    app.send_task("wake", [pool], queue=queue_of(pool), connection=connection, retry=False)
        except Exception as problem:  # noqa: BLE001  whatever a broker does wrong, the sweeper rings again
            self.failures += 1
            log.warning("bell.unheard", pool=pool, failures=self.failures, problem=repr(problem)[:200])

    def _connect(self) -> Connection:
        """A fresh connection a ring: none goes stale when the broker restarts."""
        quick = {
            "socket_timeout": self._timeout_s,
            "socket_connect_timeout": self._timeout_s,
            "max_retries": 1,
            "interval_start": 0,
            "interval_max": 0,
            "connect_retries_timeout": self._timeout_s,
        }
        options = {**app.conf.broker_transport_options, **quick}
        return Connection(
            app.conf.broker_url, transport=app.conf.broker_transport or None, transport_options=options
        )


bell = Bell()


def ring(pool: str) -> None:
    """Say that something may be claimable in a pool: at once, best effort, never raising."""
    bell.ring(pool)
