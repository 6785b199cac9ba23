"""How a worker comes back to its broker: soon, however long the outage was."""

from typing import Any

from celery.app.amqp import AMQP
from kombu.connection import Connection

LONGEST_PAUSE_S = 3


class ImpatientConnection(Connection):
    """kombu's pauses between tries grow to 30 s, which a job queued at the end of an outage would wait."""

    def _ensure_connection(self, *args: Any, **options: Any) -> Any:
        options.setdefault("interval_start", 1)
        options.setdefault("interval_step", 1)
        options.setdefault("interval_max", LONGEST_PAUSE_S)
        return Connection._ensure_connection(self, *args, **options)


class ReconnectingAMQP(AMQP):  # type: ignore[misc]
    """Celery's message layer over impatient connections."""

    Connection = ImpatientConnection
