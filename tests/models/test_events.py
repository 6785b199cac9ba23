"""models.events: one order without gaps."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from models import clock, events
from models.errors import NotFound
from tests.models import factories


def test_events_are_numbered_from_one_in_each_project(database):
    with database.write() as session:
        labs = [factories.project(session, name) for name in "ab"]
        for lab in labs:
            for kind in ("x", "y"):
                events.append(session, lab.id, kind, data={"kind": kind})
        session.commit()
        for lab in labs:
            log = events.after(session, lab.id, 0)
            assert [(event.seq, event.type) for event in log] == [(1, "x"), (2, "y")]
            assert events.latest_seq(session, lab.id) == 2
        assert set(events.latest_seqs(session).values()) == {0, 2}


def test_reading_goes_on_where_it_stopped(database):
    with database.write() as session:
        lab = factories.project(session)
        for _ in range(5):
            events.append(session, lab.id, "x", data={}, job_id="job_a")
        events.append(session, lab.id, "x", data={}, job_id="job_b")
        assert [event.seq for event in events.after(session, lab.id, 2, 2)] == [3, 4]
        assert [event.seq for event in events.after(session, lab.id, 2, job_id="job_b")] == [6]


def test_a_rolled_back_event_leaves_no_gap(database):
    with database.write() as session:
        lab = factories.project(session)
        session.commit()
        events.append(session, lab.id, "lost", data={})
        session.rollback()
        assert events.append(session, lab.id, "kept", data={}).seq == 1


def test_an_unknown_project_has_no_log(database):
    with database.write() as session:
        with pytest.raises(NotFound):
            events.append(session, "prj_x", "x", data={})
        assert events.latest_seq(session, "prj_x") == 0


def test_concurrent_writers_leave_no_gap_and_readers_skip_nothing(database):
    with database.write() as session:
        lab_id = factories.project(session).id
        session.commit()

    def write(seed):
        dice = random.Random(seed)
        for _ in range(10):
            with database.write() as session:
                events.append(session, lab_id, f"x{seed}", data={})
                session.commit() if dice.random() < 0.7 else session.rollback()

    seen = []
    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write, seed) for seed in range(8)]
        while True:
            done = all(writer.done() for writer in writers)
            with database.read() as session:
                seen += [event.seq for event in events.after(session, lab_id, seen[-1] if seen else 0)]
            if done:
                break
        assert all(writer.exception() is None for writer in writers)
    with database.read() as session:
        assert seen == list(range(1, events.latest_seq(session, lab_id) + 1))


def test_trimming_forgets_the_oldest_and_leaves_no_gap(database):
    with database.write() as session:
        lab = factories.project(session)
        for _ in range(4):
            events.append(session, lab.id, "x", data={})
        third = events.after(session, lab.id, 2, 1)[0]
        third.at -= timedelta(days=8)
        session.flush()
        assert events.trim(session, before=clock.now(session) - timedelta(days=7)) == 3
        assert events.earliest_seq(session, lab.id) == 4
        assert events.trim(session, before=clock.now(session) + timedelta(days=1)) == 1
        assert events.earliest_seq(session, lab.id) == 5
        assert events.append(session, lab.id, "x", data={}).seq == 5
