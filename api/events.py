"""The tailer: one poller of the event log feeds every long poll and every event stream."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import structlog
from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from api.counters import Counters
from api.errors import Refusal
from models import events
from models.event import Event
from models.session import Database

log = structlog.get_logger()

T = TypeVar("T")

KEPT = 2000
PAGE = 500
REST_S = 1.0


class Lagged(Exception):
    """The reader fell behind what is kept in memory; it must read on from the database."""


class Feed:
    """The newest events of one project, and the bell for those who wait for more."""

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.readers = 0
        self._kept: deque[Event] = deque(maxlen=KEPT)
        self._bell = asyncio.Event()
        self._reads: dict[tuple[str, int], asyncio.Task[Any]] = {}

    def publish(self, new: Sequence[Event]) -> None:
        """Append events and wake every reader."""
        self._kept.extend(new)
        self.seq = new[-1].seq
        self._bell.set()
        self._bell = asyncio.Event()

    def since(self, seq: int) -> list[Event]:
        """Events above `seq` that are in memory, oldest first.

        Raises:
            Lagged: some of them are no longer in memory.
        """
        if seq >= self.seq:
            return []
        if not self._kept or self._kept[0].seq > seq + 1:
            raise Lagged
        return [event for event in self._kept if event.seq > seq]

    async def more(self, seq: int, timeout_s: float) -> list[Event]:
        """Events above `seq`; waits for the next one, at most `timeout_s`, and may come back empty."""
        bell = self._bell
        found = self.since(seq)
        if not found:
            try:
                async with asyncio.timeout(timeout_s):
                    await bell.wait()
            except TimeoutError:
                return []
            found = self.since(seq)
        return found

    async def shared(self, key: str, read: Callable[[], T]) -> T:
        """What `read` gives at the present event, read once for all who ask under the same key."""
        self._reads = {at: task for at, task in self._reads.items() if at[1] == self.seq}
        task = self._reads.get((key, self.seq))
        if task is None:
            task = asyncio.create_task(to_thread.run_sync(read))
            self._reads[key, self.seq] = task
        return cast(T, await asyncio.shield(task))


class Tailer:
    """Polls the log while somebody waits: one query a tick, one more for each project that moved."""

    def __init__(self, database: Database, counters: Counters, *, tick_s: float, max_waiting: int) -> None:
        self.database = database
        self.counters = counters
        self.tick_s = tick_s
        self.max_waiting = max_waiting
        self.waiting = 0
        self._feeds: dict[str, Feed] = {}
        self._wanted = asyncio.Event()

    def check_room(self) -> None:
        """Raise Refusal: too_many_waiting, if no more requests may wait."""
        if self.waiting >= self.max_waiting:
            raise Refusal("too_many_waiting", f"{self.waiting} requests wait already; poll without waiting.")

    @asynccontextmanager
    async def follow(self, project_id: str) -> AsyncIterator[Feed]:
        """The project's feed, kept up to date until the block ends.

        Raises:
            Refusal: too_many_waiting.
        """
        self.check_room()
        feed = self._feeds.get(project_id)
        if feed is None:
            seq = await to_thread.run_sync(self._latest, project_id)
            feed = self._feeds.setdefault(project_id, Feed(seq))
        self._count(feed, 1)
        self._wanted.set()
        try:
            yield feed
        finally:
            self._count(feed, -1)
            if feed.readers == 0 and self._feeds.get(project_id) is feed:
                del self._feeds[project_id]

    async def run(self) -> None:
        """Poll until canceled; rests while nobody waits or the database is away."""
        while True:
            if not self._feeds:
                self._wanted.clear()
                await self._wanted.wait()
            began = time.monotonic()
            try:
                await self._tick()
            except SQLAlchemyError as error:
                log.warning("tailer.database_unavailable", error=type(error).__name__)
                await asyncio.sleep(REST_S)
            await asyncio.sleep(max(0.0, self.tick_s - (time.monotonic() - began)))

    async def _tick(self) -> None:
        known = {project_id: feed.seq for project_id, feed in self._feeds.items()}
        moved = await to_thread.run_sync(self._news, known)
        for project_id, new in moved.items():
            feed = self._feeds.get(project_id)
            fresh = [event for event in new if feed and event.seq > feed.seq]
            if feed and fresh:
                self.counters.events.inc(len(fresh))
                feed.publish(fresh)

    def _count(self, feed: Feed, by: int) -> None:
        feed.readers += by
        self.waiting += by
        self.counters.waiting.set(self.waiting)

    def _latest(self, project_id: str) -> int:
        with self.database.read() as session:
            return events.latest_seq(session, project_id)

    def _news(self, known: Mapping[str, int]) -> dict[str, Sequence[Event]]:
        with self.database.read() as session:
            heads = events.latest_seqs(session)
            return {
                project_id: events.after(session, project_id, seq, PAGE)
                for project_id, seq in known.items()
                if heads.get(project_id, seq) > seq
            }
