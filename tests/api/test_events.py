import asyncio
import time

import pytest
from anyio import to_thread
from sqlalchemy.exc import OperationalError

from api.counters import Counters
from api.errors import Refusal
from api.events import KEPT, Feed, Lagged, Tailer
from models import events, projects


class Row:
    def __init__(self, seq):
        self.seq = seq


def test_a_feed_gives_what_follows_a_place():
    feed = Feed(3)
    feed.publish([Row(4), Row(5)])
    assert [row.seq for row in feed.since(3)] == [4, 5]
    assert [row.seq for row in feed.since(4)] == [5]
    assert feed.since(5) == []


def test_a_reader_that_fell_behind_is_told_so():
    feed = Feed(0)
    feed.publish([Row(seq) for seq in range(1, KEPT + 10)])
    with pytest.raises(Lagged):
        feed.since(3)
    with pytest.raises(Lagged):
        Feed(7).since(3)


def test_readers_of_one_wake_share_one_read():
    async def run():
        feed, reads = Feed(0), []

        def read():
            reads.append(1)
            return len(reads)

        first = await asyncio.gather(*(feed.shared("job_1", read) for _ in range(20)))
        feed.publish([Row(1)])
        second = await feed.shared("job_1", read)
        return first, second

    assert asyncio.run(run()) == ([1] * 20, 2)


def add(database, n=1):
    with database.write() as session:
        project = projects.by_name(session, "default")
        for _ in range(n):
            events.append(session, project.id, "job.queued", job_id="job_1", data={})
        session.commit()
    return project.id


def tailing(database, steps, **settings):
    """Run `steps(tailer)` beside a running tailer."""

    async def run():
        tailer = Tailer(database, Counters(), **{"tick_s": 0.01, "max_waiting": 10, **settings})
        task = asyncio.create_task(tailer.run())
        try:
            async with asyncio.timeout(20):
                return await steps(tailer)
        finally:
            task.cancel()

    return asyncio.run(run())


def test_every_event_reaches_every_reader_once_and_in_order(database):
    project_id = add(database, 3)

    async def read(tailer):
        seen = []
        async with tailer.follow(project_id) as feed:
            place = feed.seq
            while place < 43:
                new = [event.seq for event in await feed.more(place, 5)]
                seen += new
                place = new[-1] if new else place
        return seen

    async def steps(tailer):
        readers = [asyncio.create_task(read(tailer)) for _ in range(5)]
        while tailer.waiting < len(readers):
            await asyncio.sleep(0.01)
        for _ in range(4):
            await to_thread.run_sync(add, database, 10)
        return await asyncio.gather(*readers)

    assert tailing(database, steps) == [list(range(4, 44))] * 5


def test_nobody_waiting_means_no_query(sqlite_database, monkeypatch):
    asked = []
    monkeypatch.setattr(events, "latest_seqs", lambda session: asked.append(1) or {})

    async def steps(tailer):
        await asyncio.sleep(0.1)
        return tailer.waiting

    assert tailing(sqlite_database, steps) == 0
    assert asked == []


def test_all_readers_together_ask_once_a_tick(sqlite_database, monkeypatch):
    project_id, asked = add(sqlite_database), []
    monkeypatch.setattr(events, "latest_seqs", lambda session: asked.append(1) or {})

    async def steps(tailer):
        async def read():
            async with tailer.follow(project_id) as feed:
                await feed.more(feed.seq, 0.3)

        await asyncio.gather(*(read() for _ in range(10)))

    began = time.monotonic()
    tailing(sqlite_database, steps, tick_s=0.1)
    assert 1 <= len(asked) <= 1 + (time.monotonic() - began) / 0.1


def test_a_wait_without_news_comes_back_empty(sqlite_database):
    project_id = add(sqlite_database)

    async def steps(tailer):
        async with tailer.follow(project_id) as feed:
            return await feed.more(feed.seq, 0.05)

    assert tailing(sqlite_database, steps) == []


def test_too_many_waiting_are_refused(sqlite_database):
    async def steps(tailer):
        async with tailer.follow("a"), tailer.follow("b"):
            with pytest.raises(Refusal, match="2 requests wait") as refused:
                async with tailer.follow("c"):
                    pass
        return refused.value.code, tailer.waiting

    assert tailing(sqlite_database, steps, max_waiting=2) == ("too_many_waiting", 0)


def test_the_tailer_outlives_a_database_that_goes_away(sqlite_database, monkeypatch):
    project_id, real = add(sqlite_database), events.latest_seqs
    failures = iter([True])

    def flaky(session):
        if next(failures, False):
            raise OperationalError("SELECT", {}, Exception("gone"))
        return real(session)

    monkeypatch.setattr(events, "latest_seqs", flaky)
    monkeypatch.setattr("api.events.REST_S", 0.01)

    async def steps(tailer):
        async with tailer.follow(project_id) as feed:
            place = feed.seq
            await asyncio.sleep(0.05)
            await to_thread.run_sync(add, sqlite_database)
            return [event.seq for event in await feed.more(place, 10)]

    assert tailing(sqlite_database, steps) == [2]
