"""models.lifecycle: what the owner of a job may ask for."""

from datetime import timedelta

import pytest

from models import JobState, clock, events, lifecycle, queue
from models.attempt import Cause
from models.errors import (
    AlreadyFinished,
    DatasetNotReady,
    IllegalTransition,
    InvalidSubmission,
    NotFound,
    VersionConflict,
)
from models.leases import AttemptOutcome
from models.submission import Submission
from tests.models import factories

PLACES = {
    "queued": lambda session, lab, job, lease: None,
    "running": lambda session, lab, job, lease: None,
    "canceling": lambda session, lab, job, lease: lifecycle.cancel(session, lab.id, job.id),
    "paused": lambda session, lab, job, lease: lifecycle.end_paused(session, lease, AttemptOutcome()),
    "succeeded": lambda session, lab, job, lease: lifecycle.succeed(session, lease, factories.publication()),
    "failed": lambda session, lab, job, lease: lifecycle.fail(
        session, lease, {"code": "diverged"}, AttemptOutcome()
    ),
    "canceled": lambda session, lab, job, lease: (
        lifecycle.cancel(session, lab.id, job.id),
        lifecycle.end_canceled(session, lease, AttemptOutcome()),
    ),
    "expired": None,
}


def job_in(session, state):
    """A job that has come to a state by legal moves."""
    lab = factories.project(session, "lab")
    if state == "expired":
        soon = clock.now(session) + timedelta(milliseconds=1)
        job = factories.job(session, lab, start_deadline=soon)
        while not queue.expire_deadlines(session):
            pass
        return lab, None, job.id
    job = factories.job(session, lab)
    lease = None if state == "queued" else factories.claim(session).lease
    PLACES[state](session, lab, job, lease)
    return lab, lease, job.id


OUTCOMES = {
    lifecycle.cancel: {
        "queued": "canceled",
        "running": "canceling",
        "paused": "canceled",
        "canceling": "canceling",
        "canceled": "canceled",
        "succeeded": AlreadyFinished,
        "failed": AlreadyFinished,
        "expired": AlreadyFinished,
    },
    lifecycle.pause: {
        "queued": "paused",
        "running": "running",
        "paused": "paused",
        "canceling": IllegalTransition,
        "canceled": AlreadyFinished,
        "succeeded": AlreadyFinished,
        "failed": AlreadyFinished,
        "expired": AlreadyFinished,
    },
    lifecycle.resume: {
        "queued": "queued",
        "running": "running",
        "paused": "queued",
        "canceling": IllegalTransition,
        "canceled": AlreadyFinished,
        "succeeded": AlreadyFinished,
        "failed": AlreadyFinished,
        "expired": AlreadyFinished,
    },
}


@pytest.mark.parametrize(
    ("verb", "state", "expected"),
    [(verb, state, to) for verb, row in OUTCOMES.items() for state, to in row.items()],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_each_wish_in_each_state_has_its_answer(database, verb, state, expected):
    with database.write() as session:
        lab, _, job_id = job_in(session, state)
        if isinstance(expected, str):
            job = verb(session, lab.id, job_id)
            assert job.state == expected
            again = verb(session, lab.id, job_id)
            assert (again.state, again.version) == (job.state, job.version) or state == "running"
        else:
            with pytest.raises(expected) as refused:
                verb(session, lab.id, job_id)
            assert refused.value.context["met"] == state
            assert type(refused.value) is expected


def test_a_submitted_job_is_queued_with_its_event(database):
    with database.write() as session:
        job = factories.job(session, labels={"paper": "fig3"}, seed=2**40)
        session.commit()
        (event,) = events.after(session, job.project_id, 0, job_id=job.id)
    assert (job.state, job.version, job.attempt, job.done) == (JobState.QUEUED, 1, 0, False)
    assert job.name == "dcn on digits"
    assert len(job.spec_sha256) == 64
    assert (event.type, event.data["from"], event.data["to"]) == ("job.queued", None, "queued")


def test_a_job_needs_a_dataset_of_its_own_project(database):
    with database.write() as session:
        foreign = factories.dataset(session, factories.project(session, "other"))
        lab = factories.project(session, "lab")
        with pytest.raises(NotFound):
            lifecycle.submit(session, lab.id, Submission(foreign.id, "dcn", {}))


def test_a_job_needs_a_trained_model_of_its_own_project(database):
    with database.write() as session, pytest.raises(NotFound, match="mdl_x"):
        factories.job(session, trained_model_id="mdl_x")


def test_more_clusters_than_samples_are_refused(database):
    with database.write() as session:
        small = factories.dataset(session, n=5)
        with pytest.raises(InvalidSubmission) as refused:
            factories.job(session, on=small, spec={"n_clusters": 6})
    assert refused.value.code == "too_few_samples"
    assert refused.value.context == {"met": 6, "accepted": {"max": 5}}


def test_a_job_on_a_rejected_dataset_is_refused(database):
    with database.write() as session:
        lab = factories.project(session)
        factories.catalog.register(session, lab.id, factories.upload())
        claim = factories.catalog.claim_ingest(session, worker="ingest", lease_s=60)
        rejected = factories.catalog.reject(session, claim, {"code": "not_finite", "detail": "NaN"})
        with pytest.raises(DatasetNotReady):
            factories.job(session, lab, on=rejected)


def test_a_resumed_job_keeps_its_place_in_the_queue(database):
    with database.write() as session:
        lab = factories.project(session)
        first = factories.job(session, lab)
        factories.job(session, lab)
        lifecycle.pause(session, lab.id, first.id)
        lifecycle.resume(session, lab.id, first.id)
        assert factories.claim(session).job.id == first.id


def test_a_pause_request_reaches_the_worker_and_can_be_taken_back(database):
    with database.write() as session:
        job, lease = factories.held(session)
        lifecycle.pause(session, job.project_id, job.id)
        assert lifecycle.heartbeat(session, lease, lease_s=60).pause_requested
        lifecycle.resume(session, job.project_id, job.id)
        assert not lifecycle.heartbeat(session, lease, lease_s=60).pause_requested


def test_a_retry_is_a_new_job_and_leaves_the_old_one_alone(database):
    with database.write() as session:
        job, lease = factories.held(session, seed=7, labels={"a": "b"})
        with pytest.raises(IllegalTransition):
            lifecycle.again(session, job.project_id, job.id)
        lifecycle.fail(session, lease, {"code": "diverged"}, AttemptOutcome())
        again = factories.retry(session, job.project_id, job.id)
    assert again.id != job.id
    assert (again.retried_from, again.seed, again.labels) == (job.id, 7, {"a": "b"})
    assert (again.state, again.spec_sha256) == (JobState.QUEUED, job.spec_sha256)


def test_a_cancel_that_comes_too_late_says_when_it_would_not_have(database):
    with database.write() as session:
        job, lease = factories.held(session)
        lifecycle.succeed(session, lease, factories.publication())
        with pytest.raises(AlreadyFinished) as refused:
            lifecycle.cancel(session, job.project_id, job.id)
    assert refused.value.context == {"met": "succeeded", "accepted": ["paused", "queued", "running"]}


def test_an_edit_of_a_version_that_is_gone_is_refused(database):
    with database.write() as session:
        job = factories.job(session)
        edited = lifecycle.edit(session, job.project_id, job.id, name="x", priority=2, version=1)
        assert (edited.name, edited.priority, edited.labels, edited.version) == ("x", 2, {}, 2)
        with pytest.raises(VersionConflict):
            lifecycle.edit(session, job.project_id, job.id, name="y", version=1)


@pytest.mark.parametrize("verb", [lifecycle.cancel, lifecycle.pause, lifecycle.resume, lifecycle.again])
def test_a_foreign_job_does_not_exist(database, verb):
    with database.write() as session:
        job = factories.job(session)
        other = factories.project(session, "other")
        for project_id, job_id in ((other.id, job.id), (job.project_id, "job_missing")):
            with pytest.raises(NotFound):
                verb(session, project_id, job_id)


def test_a_cancel_beats_every_way_of_letting_go(database):
    for cause in (Cause.INFRA, Cause.CRASH, Cause.GPU_OOM, Cause.DRAIN):
        with database.write() as session:
            job, lease = factories.held(session)
            lifecycle.cancel(session, job.project_id, job.id)
            assert lifecycle.release(session, lease, cause, AttemptOutcome()).state is JobState.CANCELED
