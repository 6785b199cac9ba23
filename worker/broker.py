"""The Celery app, and what the broker is."""

from pathlib import Path
from typing import Any

from celery import Celery
from kombu.connection import Connection

from worker.folder_transport import transport_options
from worker.reconnecting import ReconnectingAMQP
from worker.settings import WorkerSettings

FOLDER_SCHEME = "filesystem:"
UNREAD_CAP = 100


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


def wake(pool: str, timeout_s: float) -> None:
    """Say that something may be claimable in a pool, unless enough messages that say so lie unread.

    Raises whatever a broker can do wrong, within about `timeout_s` for each step of the conversation.
    """
    queue = queue_of(pool)
    with connect(timeout_s) as connection:
        declared = connection.default_channel.queue_declare(queue=queue)
        if declared.message_count < UNREAD_CAP:
            app.send_task("wake", [pool], queue=queue, connection=connection, retry=False)


def greet(timeout_s: float) -> None:
    """Have the broker answer, and say nothing more. Raises as `wake` does."""
    with connect(timeout_s) as connection:
        connection.connect()


def connect(timeout_s: float) -> Connection:
    """A fresh connection a ring: none goes stale when the broker restarts."""
    quick = {
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
        "max_retries": 1,
        "interval_start": 0,
        "interval_max": 0,
        "connect_retries_timeout": timeout_s,
    }
    options = {**app.conf.broker_transport_options, **quick}
    return Connection(
        app.conf.broker_url, transport=app.conf.broker_transport or None, transport_options=options
    )
