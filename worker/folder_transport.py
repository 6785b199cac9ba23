"""Celery's filesystem transport with its races closed.

kombu writes a message into the folder that consumers list, and an exchange table over the old one, so a
reader may meet an empty file. Here a message appears by a rename and tables are touched under one lock.
"""

import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time_ns
from typing import Any

from kombu.transport import filesystem


class Channel(filesystem.Channel):
    """A channel whose messages and tables are never seen half-written."""

    @contextmanager
    def _tables_locked(self) -> Iterator[None]:
        with (self.control_folder / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def get_table(self, exchange: str) -> list[Any]:
        """Read the bindings of an exchange."""
        with self._tables_locked():
            return list(filesystem.Channel.get_table(self, exchange))

    def _queue_bind(self, *args: Any) -> None:
        with self._tables_locked():
            filesystem.Channel._queue_bind(self, *args)

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        draft = folder / f"{name}.draft"
        draft.write_text(json.dumps(payload))
        draft.replace(folder / name)


class Transport(filesystem.Transport):
    """The filesystem transport over the safe channel."""

    Channel = Channel


def transport_options(folder: Path) -> dict[str, Any]:
    """Prepare a broker folder and describe it to kombu.

    Consumed messages are renamed into `processed`, on the same filesystem, and purged by `purge_processed`.
    """
    folders = {name: folder / name for name in ("queue", "processed", "control")}
    for path in folders.values():
        path.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folders["queue"]),
        "data_folder_out": str(folders["queue"]),
        "store_processed": True,
        "processed_folder": str(folders["processed"]),
        "control_folder": str(folders["control"]),
        "polling_interval": 0.1,
    }


def purge_processed(folder: Path, *, older_than_s: float, now_s: float) -> int:
    """Delete consumed messages, and those that nobody has fetched: the sweeper rings again.

    Returns:
        The number of files deleted.
    """
    purged = 0
    for entry in [*os.scandir(folder / "processed"), *os.scandir(folder / "queue")]:
        with suppress(FileNotFoundError):  # a consumer was faster
            if now_s - entry.stat().st_mtime > older_than_s:
                Path(entry.path).unlink()
                purged += 1
    return purged
