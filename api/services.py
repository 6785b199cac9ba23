"""What every request may use: the settings, the database, the store and those who wait for events."""

from dataclasses import dataclass
from functools import cached_property

from api.counters import Counters
from api.events import Tailer
from api.readiness import Readiness
from api.settings import ApiSettings
from api.tables.npy import Headers
from models import projects
from models.session import Database
from models.store import Store


@dataclass
class Services:
    """One per process, made with the app and closed with it."""

    settings: ApiSettings
    database: Database
    store: Store
    tailer: Tailer
    readiness: Readiness
    counters: Counters
    npy: Headers

    @cached_property
    def default_project(self) -> str:
        """The project that callers without a key act in."""
        with self.database.read() as session:
            return projects.by_name(session, "default").id
