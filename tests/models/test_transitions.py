"""models.transitions: the table, and moving along it under a lease."""

import threading

import pytest

from models import JobState, events
from models.errors import AlreadyFinished, IllegalTransition, ModelsError, NotFound, StaleLease
from models.job import HELD, TERMINAL
from models.leases import Lease
from models.transitions import SOURCES, TRANSITIONS, Move, move
from tests.models import factories

TABLE = """
queued -> running paused canceled expired failed
running -> succeeded failed queued paused canceling
canceling -> canceled
paused -> queued canceled expired
"""


def put(session, job, state):
    """A job set to a state by force."""
    job.state = JobState(state)
    job.attempt, job.lease_token = (1, "token") if job.state in HELD else (0, None)
    session.flush()


def test_the_table_is_the_documented_one():
    rows = [line.split(" -> ") for line in TABLE.strip().splitlines()]
    assert {JobState(a): {*map(JobState, b.split())} for a, b in rows} == {
        state: set(to) for state, to in TRANSITIONS.items() if to
    }
    assert {state for state, to in TRANSITIONS.items() if not to} == TERMINAL


def test_sources_are_the_table_read_backwards():
    pairs = {(a, b) for a, targets in TRANSITIONS.items() for b in targets}
    assert {(a, b) for b, sources in SOURCES.items() for a in sources} == pairs


def test_exactly_the_moves_of_the_table_are_made(database):
    with database.write() as session:
        job = factories.job(session)
        for before in JobState:
            for to in JobState:
                put(session, job, before)
                version = job.version
                if to in TRANSITIONS[before]:
                    moved = move(session, job.id, Move(to))
                    assert (moved.state, moved.version) == (to, version + 1)
                    assert (moved.finished_at is not None) == (to in TERMINAL)
                    moved.finished_at = None
                    latest = events.latest_seq(session, job.project_id)
                    (event,) = events.after(session, job.project_id, latest - 1)
                    assert (event.data["from"], event.data["to"]) == (before, to)
                else:
                    expected = AlreadyFinished if before in TERMINAL else IllegalTransition
                    with pytest.raises(expected) as refused:
                        move(session, job.id, Move(to))
                    assert type(refused.value) is expected


@pytest.mark.parametrize("wrong", [{"attempt": 2}, {"attempt": 0}, {"token": "other"}])
def test_a_lease_with_another_attempt_or_token_moves_nothing(database, wrong):
    with database.write() as session:
        job, lease = factories.held(session)
        stale = Lease(**(vars(lease) | wrong))
        for to in JobState:
            with pytest.raises(StaleLease):
                move(session, job.id, Move(to), lease=stale)
        assert factories.lifecycle.heartbeat(session, lease, lease_s=60).state is JobState.RUNNING


def test_a_job_that_does_not_exist_cannot_move(database):
    with database.write() as session, pytest.raises(NotFound):
        move(session, "job_x", Move(JobState.CANCELED))


def test_of_two_racing_moves_one_is_refused(database):
    with database.write() as session:
        job = factories.job(session)
        session.commit()
    results, together = [], threading.Barrier(2)

    def race(to):
        with database.write() as session:
            together.wait()
            try:
                move(session, job.id, Move(to))
                session.commit()
                results.append(to)
            except ModelsError as error:
                results.append(type(error))

    racers = [threading.Thread(target=race, args=(to,)) for to in (JobState.CANCELED, JobState.EXPIRED)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert AlreadyFinished in results
    assert len({JobState.CANCELED, JobState.EXPIRED} & set(results)) == 1
