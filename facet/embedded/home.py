"""The folder that an embedded service keeps its data in, and the lock on it."""

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from facet.errors import FacetError


@dataclass(frozen=True)
class Home:
    """`FACET_HOME`: the database, the store, the broker's folder, logs and the lock of one service."""

    path: Path

    @classmethod
    def of(cls, path: str | Path | None = None) -> "Home":
        """The given folder, else `FACET_HOME`, else ./facet-data."""
        return cls(Path(path or os.environ.get("FACET_HOME") or "facet-data").absolute())

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.path / 'facet.db'}"

    @property
    def store_url(self) -> str:
        return f"file:{self.path / 'store'}"

    @property
    def broker_url(self) -> str:
        return f"filesystem:{self.path / 'broker'}"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def scratch(self) -> Path:
        return self.path / "scratch"

    def running(self) -> Mapping[str, object] | None:
        """What the service that holds the lock wrote about itself: `pid` and `url`."""
        try:
            with (self.path / "facet.lock").open("r+") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            written = (self.path / "facet.lock").read_text()
            found: Mapping[str, object] = json.loads(written) if written else {}
            return found
        except FileNotFoundError:
            return None
        return None


class HomeLock:
    """Held while a service runs in a home; the kernel frees it when the process ends, however it ends."""

    def __init__(self, home: Home) -> None:
        home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.logs.mkdir(exist_ok=True)
        self._home = home
        self._file: IO[str] = (home.path / "facet.lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise FacetError(_taken(home), code="home_in_use") from None

    def write(self, url: str) -> None:
        """Say who holds the lock and where it listens."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps({"pid": os.getpid(), "url": url}))
        self._file.flush()

    def release(self) -> None:
        self._file.close()


def _taken(home: Home) -> str:
    holder = home.running() or {}
    where = f" at {holder['url']}, process {holder['pid']}" if holder else ""
    return f"Facet already runs in {home.path}{where}. Stop it, or give another --home."
