"""models.fsck: silent on a healthy service, loud on each planted violation."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from models import (
    Artifact,
    Attempt,
    Dataset,
    Event,
    Job,
    JobState,
    Project,
    catalog,
    clock,
    deletion,
    events,
    idempotency,
    lifecycle,
)
from models.attempt import Cause
from models.fsck import Violation, check
from models.fsck import events as moves
from models.leases import AttemptOutcome
from models.session import Database
from tests.models import factories


@pytest.fixture
def house(sqlite_database, store):
    """A session on a service where most things have happened, and its jobs by state."""
    with sqlite_database.write() as session:
        ready = factories.dataset(session)
        store.put(f"{ready.prefix}/x.npy", b"x")
        jobs = {}
        for state in ("succeeded", "failed", "canceled", "queued", "running"):
            jobs[state] = factories.job(session, on=ready, name=state)
            if state != "queued":
                lease = factories.claim(session, worker=f"cpu@{state}").lease
            if state == "succeeded":
                file = factories.artifact(store, lease)
                lifecycle.succeed(session, lease, factories.publication([file]))
            elif state == "failed":
                lifecycle.release(session, lease, Cause.CRASH, AttemptOutcome())
                lease = factories.claim(session, worker="cpu@failed").lease
                lifecycle.release(session, lease, Cause.CRASH, AttemptOutcome())
            elif state == "canceled":
                lifecycle.cancel(session, ready.project_id, jobs[state].id)
                lifecycle.end_canceled(session, lease, AttemptOutcome())
            elif state == "queued":
                lifecycle.pause(session, ready.project_id, jobs[state].id)
        lifecycle.resume(session, ready.project_id, jobs["queued"].id)
        answer = idempotency.Replay(202, {}, {"id": jobs["queued"].id})
        idempotency.remember(
            session, ready.project_id, "POST /v1/jobs", "key", fingerprint="a", replay=answer
        )
        session.flush()
        yield session, jobs


def alter(session, job, **values):
    session.execute(update(Job).where(Job.id == job.id).values(**values))


def broken(session, store):
    """The invariants found broken, after the session has forgotten what it knew."""
    session.flush()
    session.expire_all()
    return {violation.invariant for violation in check(session, store)}


def test_a_healthy_service_has_no_violations(house, store):
    session, _ = house
    assert check(session, store) == []


def test_a_healthy_service_has_none_after_sweeping_and_trimming(house, store):
    session, jobs = house
    deletion.delete(session, jobs["failed"].project_id, jobs["failed"].id)
    for purge in deletion.purge(session, settle_s=-1):
        deletion.remove(store, purge)
        deletion.purged(session, purge)
    half = events.latest_seq(session, jobs["failed"].project_id) // 2
    session.execute(update(Event).where(Event.seq == half).values(at=clock.now(session) - timedelta(days=8)))
    assert events.trim(session, before=clock.now(session) - timedelta(days=7)) == half
    session.expire_all()
    assert check(session, store) == []


def test_a_healthy_postgresql_has_no_violations(postgresql_url, store):
    database = Database(postgresql_url)
    with database.write() as session:
        job, lease = factories.held(session)
        store.put(f"{session.get(Dataset, job.dataset_id).prefix}/x.npy", b"x")
        lifecycle.succeed(session, lease, factories.publication([factories.artifact(store, lease)]))
        factories.held(session)
        other = session.scalars(select(Dataset).order_by(Dataset.id.desc())).first()
        store.put(f"{other.prefix}/x.npy", b"x")
        session.commit()
    with database.read() as session:
        assert check(session, store) == []
    database.dispose()


def test_what_happens_while_the_checker_reads_does_not_confuse_it(database, store, monkeypatch):
    with database.write() as session:
        job, lease = factories.held(session)
        store.put(f"{session.get(Dataset, job.dataset_id).prefix}/x.npy", b"x")
        session.commit()
    look = moves.check

    def look_later(session):
        with database.write() as other:
            lifecycle.succeed(other, lease, factories.publication())
            other.commit()
        return look(session)

    monkeypatch.setattr(moves, "check", look_later)
    with database.read() as session:
        assert check(session, store) == []


def second_ending(session, jobs, store):
    job = jobs["succeeded"]
    events.append(session, job.project_id, "job.failed", job_id=job.id, data={})


def ownerless(session, jobs, store):
    alter(session, jobs["running"], lease_until=clock.now(session) - timedelta(seconds=90))


def held_by_nobody(session, jobs, store):
    alter(session, jobs["running"], worker=None)


def waiting_for_a_deleted_dataset(session, jobs, store):
    session.execute(update(Dataset).values(state="deleted"))


def gap(session, jobs, store):
    session.execute(delete(Event).where(Event.seq == 3))


def lost_tail(session, jobs, store):
    session.execute(update(Project).values(event_seq=Project.event_seq + 1))


def illegal_move(session, jobs, store):
    log = session.scalars(select(Event).where(Event.type == "job.succeeded")).one()
    log.data = {**log.data, "from": "paused"}


def state_without_event(session, jobs, store):
    alter(session, jobs["queued"], state=JobState.PAUSED)


def missing_attempt(session, jobs, store):
    session.execute(delete(Attempt).where(Attempt.job_id == jobs["canceled"].id))


def open_attempt(session, jobs, store):
    job = jobs["canceled"]
    session.execute(update(Attempt).where(Attempt.job_id == job.id).values(ended_at=None, compute_s=0))


def two_leases_of_one_worker(session, jobs, store):
    factories.claim(session, worker="cpu@running")


def stale_token(session, jobs, store):
    alter(session, jobs["running"], lease_token="other")


def published_by_a_lost_attempt(session, jobs, store):
    session.execute(update(Artifact).values(attempt=7))


def lost_file(session, jobs, store):
    store.delete(session.scalars(select(Artifact.key)).one())


def changed_file(session, jobs, store):
    store.put(session.scalars(select(Artifact.key)).one(), b"LABELS")


def manifest_of_a_failed_job(session, jobs, store):
    session.execute(update(Artifact).values(job_id=jobs["failed"].id, attempt=2))


def unpinned_file(session, jobs, store):
    alter(session, jobs["succeeded"], purged_at=clock.now(session))
    store.put(f"jobs/{jobs['succeeded'].id}/a9/labels-0.parquet", b"x")


def lost_dataset(session, jobs, store):
    store.delete_prefix("datasets")


def answer_without_job(session, jobs, store):
    project = jobs["queued"].project_id
    answer = idempotency.Replay(202, {}, {"id": "job_gone"})
    idempotency.remember(session, project, "POST /v1/jobs", "other", fingerprint="a", replay=answer)


def one_upload_twice(session, jobs, store):
    row = session.scalars(select(Dataset)).one()
    other, _ = catalog.register(session, row.project_id, factories.upload())
    other.upload_sha256 = row.upload_sha256


def charged_too_much(session, jobs, store):
    session.execute(update(Attempt).where(Attempt.number == 2).values(compute_s=1000.0))


def charged_twice(session, jobs, store):
    session.execute(update(Project).values(usage=Project.usage * 2 + 1))


PLANTED = {
    "I1": [second_ending, ownerless, held_by_nobody, waiting_for_a_deleted_dataset],
    "I2": [gap, lost_tail, illegal_move, state_without_event, missing_attempt, open_attempt],
    "I3": [two_leases_of_one_worker, stale_token, published_by_a_lost_attempt],
    "I4": [lost_file, changed_file, manifest_of_a_failed_job, unpinned_file],
    "I5": [lost_dataset, answer_without_job, one_upload_twice],
    "I7": [charged_too_much, charged_twice],
}


@pytest.mark.parametrize(
    ("invariant", "plant"),
    [(invariant, plant) for invariant, plants in PLANTED.items() for plant in plants],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_each_planted_violation_is_found(house, store, invariant, plant):
    session, jobs = house
    plant(session, jobs, store)
    assert invariant in broken(session, store)


def test_a_violation_reads_as_one_line():
    assert str(Violation("I4", "job_1", "lost")) == "I4 job_1: lost"
