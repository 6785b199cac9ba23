"""models.holding: what a worker may do with the job it holds."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models import (
    Attempt,
    Event,
    Job,
    JobState,
    MetricPoint,
    Project,
    clock,
    events,
    lifecycle,
    queries,
    usage,
)
from models.attempt import Cause
from models.attempts import RETRIES
from models.errors import IllegalTransition, StaleLease
from models.leases import AttemptOutcome, Lease, Point
from tests.models import factories

HOLDER_VERBS = {
    "heartbeat": lambda session, lease: lifecycle.heartbeat(session, lease, lease_s=60),
    "report": lambda session, lease: lifecycle.report(session, lease, progress={"epoch": 1}),
    "checkpointed": lambda session, lease: lifecycle.checkpointed(session, lease, {"key": "k"}),
    "succeed": lambda session, lease: lifecycle.succeed(session, lease, factories.publication()),
    "fail": lambda session, lease: lifecycle.fail(session, lease, {"code": "x"}, AttemptOutcome()),
    "end_canceled": lambda session, lease: lifecycle.end_canceled(session, lease, AttemptOutcome()),
    "end_paused": lambda session, lease: lifecycle.end_paused(session, lease, AttemptOutcome()),
    "release": lambda session, lease: lifecycle.release(session, lease, Cause.CRASH, AttemptOutcome()),
}


def crash(session, job, cause, times):
    """Claim a job and lose it to a cause, so many times."""
    for _ in range(times):
        lease = factories.claim(session).lease
        job = lifecycle.release(session, lease, cause, AttemptOutcome(signal=9, compute_s=0))
    return job


@pytest.mark.parametrize("verb", HOLDER_VERBS)
def test_a_worker_that_lost_its_job_can_write_nothing(database, verb):
    with database.write() as session:
        _, lost = factories.held(session)
        lifecycle.release(session, lost, Cause.INFRA, AttemptOutcome())
        current = factories.claim(session, worker="cpu@there-2").lease
        session.commit()
        with pytest.raises(StaleLease):
            HOLDER_VERBS[verb](session, lost)
        session.rollback()
        assert lifecycle.heartbeat(session, current, lease_s=60).state is JobState.RUNNING


@pytest.mark.parametrize("verb", HOLDER_VERBS)
def test_a_lease_on_a_job_that_never_was_is_refused(database, verb):
    with database.write() as session, pytest.raises(Exception, match="job_x"):
        HOLDER_VERBS[verb](session, Lease("job_x", 1, "t"))


def test_a_heartbeat_prolongs_the_lease_but_not_the_version(database):
    with database.write() as session:
        job, lease = factories.held(session)
        until, version = job.lease_until, job.version
        lifecycle.heartbeat(session, lease, lease_s=600)
        assert job.lease_until > until
        assert job.version == version


def test_a_report_shows_in_the_row_the_curve_and_the_log(database):
    with database.write() as session:
        job, lease = factories.held(session)
        version = job.version
        points = [Point(1, "pretrain", 1, {"loss": 2.0}), Point(2, "pretrain", 2, {"loss": float("nan")})]
        lifecycle.report(session, lease, progress={"stage": "pretrain", "epoch": 2}, points=points)
        lifecycle.report(session, lease, progress=None, points=[Point(2, "pretrain", 2, {"loss": 1.0})])
        assert job.version == version + 2
        assert job.progress["epoch"] == 2
        rows = queries.metric_points(session, job.project_id, job.id)
        assert [(row.step, row.values) for row in rows] == [(1, {"loss": 2.0}), (2, {"loss": 1.0})]
        log = events.after(session, job.project_id, 0, job_id=job.id)
        assert [event.type for event in log[-2:]] == ["job.progress", "job.metric"]


def test_after_a_gpu_ran_out_of_memory_the_next_attempt_is_told_with_half_the_batch(database):
    with database.write() as session:
        job, lease = factories.held(session, spec={"method": "dcn", "n_clusters": 3, "batch_size": 256})
        assert job.batch_size == 256
        job = lifecycle.release(session, lease, Cause.GPU_OOM, AttemptOutcome())
        assert (job.state, job.batch_size, job.spec["batch_size"]) == (JobState.QUEUED, 128, 256)
        factories.claim(session)
        told = events.after(session, job.project_id, 0, job_id=job.id)[-2:]
        assert [(event.type, event.data["batch_size"]) for event in told] == [
            ("job.requeued", 128),
            ("job.restarted", 128),
        ]


def test_batches_are_never_smaller_than_two(database):
    assert Job(spec={"batch_size": 3}, gpu_ooms=1).batch_size == 2
    assert Job(spec={}, gpu_ooms=1).batch_size is None


@pytest.mark.parametrize(("age_s", "told"), [(20, 3), (330, 1), (100_000, 1)])
def test_the_log_of_a_long_attempt_tells_of_fewer_reports(database, monkeypatch, age_s, told):
    with database.write() as session:
        job, lease = factories.held(session)
        now = stopped_clock(session, monkeypatch)
        session.get(Attempt, (job.id, 1)).started_at = now - timedelta(seconds=age_s)
        session.execute(update(Event).values(at=now - timedelta(seconds=age_s)))
        before, version = events.latest_seq(session, job.project_id), job.version
        for epoch in range(3):
            job = lifecycle.report(session, lease, progress={"epoch": epoch}, points=[])
        assert (job.version, job.progress["epoch"]) == (version + 3, 2)
        assert events.latest_seq(session, job.project_id) == before + told


def stopped_clock(session, monkeypatch):
    """The moment at which the clock stands still from now on."""
    now = clock.now(session)
    monkeypatch.setattr(clock, "now", lambda session: now)
    return now


def test_the_log_of_a_day_long_attempt_tells_of_it_every_ten_seconds(database, monkeypatch):
    with database.write() as session:
        job, lease = factories.held(session)
        now = stopped_clock(session, monkeypatch)
        session.get(Attempt, (job.id, 1)).started_at = now - timedelta(days=1)
        for age_s, told in ((9.9, 0), (10.1, 1)):
            session.execute(update(Event).values(at=now - timedelta(seconds=age_s)))
            before = events.latest_seq(session, job.project_id)
            lifecycle.report(session, lease, progress={"epoch": 1})
            assert events.latest_seq(session, job.project_id) == before + told


def test_ten_thousand_points_fit_into_one_report(sqlite_database):
    with sqlite_database.write() as session:
        _, lease = factories.held(session)
        lifecycle.report(
            session, lease, progress=None, points=[Point(i, "a", i, {"loss": i}) for i in range(10_000)]
        )
        assert len(session.scalars(select(MetricPoint.step)).all()) == 10_000


def test_the_checkpoint_before_the_last_is_kept_to_fall_back_on(database):
    with database.write() as session:
        job, lease = factories.held(session)
        for step in (1, 2, 3):
            lifecycle.checkpointed(session, lease, {"key": f"k{step}", "step": step})
        assert job.checkpoint == {"key": "k3", "step": 3, "previous": {"key": "k2", "step": 2}}
        lifecycle.release(session, lease, Cause.DRAIN, AttemptOutcome())
        claim = factories.claim(session)
        assert claim.job.checkpoint["key"] == "k3"
        assert session.get(Attempt, (job.id, 2)).resumed_from["key"] == "k3"


def test_success_publishes_everything_at_once(database, store):
    with database.write() as session:
        job, lease = factories.held(session)
        lifecycle.report(session, lease, progress={"epoch": 3, "fraction": 0.5})
        file = factories.artifact(store, lease)
        done = lifecycle.succeed(session, lease, factories.publication([file], model=True))
        session.commit()
        assert (done.state, done.summary, done.lease_token) == (JobState.SUCCEEDED, {"n_clusters": 2}, None)
        assert done.progress["fraction"] == 1.0
        assert done.finished_at is not None
        (clustering,) = queries.clusterings(session, job.project_id, job.id)
        assert clustering.metrics["calinski_harabasz"] is None
        first, second = queries.clusters(session, job.project_id, job.id)
        assert (first.center, first.typical, second.boundary) == ([0.0, 1.0], [3, 4], [1])
        assert queries.get_artifact(session, job.project_id, job.id, file.name).sha256 == file.sha256
        assert factories.model_of(session, job).name == "net"


def test_a_result_that_comes_after_the_cancel_is_not_published(database):
    with database.write() as session:
        job, lease = factories.held(session)
        lifecycle.cancel(session, job.project_id, job.id)
        session.commit()
        with pytest.raises(IllegalTransition):
            lifecycle.succeed(session, lease, factories.publication())
        session.rollback()
        assert lifecycle.end_canceled(session, lease, AttemptOutcome()).state is JobState.CANCELED
        assert queries.clusterings(session, job.project_id, job.id) == []


@pytest.mark.parametrize("verb", ["fail", "end_paused"])
def test_a_canceled_job_ends_canceled_whatever_the_runner_says(database, verb):
    with database.write() as session:
        job, lease = factories.held(session)
        lifecycle.cancel(session, job.project_id, job.id)
        assert HOLDER_VERBS[verb](session, lease).state is JobState.CANCELED


def test_an_own_error_fails_at_once_and_keeps_what_was_reported(database):
    with database.write() as session:
        job, lease = factories.held(session)
        lifecycle.report(session, lease, progress={"epoch": 1})
        error = {"code": "timeout", "detail": "too long"}
        failed = lifecycle.fail(session, lease, error, AttemptOutcome(exit_code=3, cause=Cause.TIMEOUT))
        assert (failed.state, failed.error["code"], failed.error["attempt"]) == (
            JobState.FAILED,
            "timeout",
            1,
        )
        assert failed.partial
        assert session.get(Attempt, (job.id, 1), populate_existing=True).cause is Cause.TIMEOUT


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (Cause.INFRA, "worker_crashed"),
        (Cause.CRASH, "worker_crashed"),
        (Cause.GPU_OOM, "out_of_gpu_memory"),
    ],
)
def test_each_cause_has_its_budget_of_retries(database, cause, code):
    with database.write() as session:
        job = crash(session, factories.job(session), cause, RETRIES[cause])
        assert job.state is JobState.QUEUED
        job = crash(session, job, cause, 1)
        assert (job.state, job.error["code"]) == (JobState.FAILED, code)
        assert job.attempt == RETRIES[cause] + 1


def test_the_second_crash_ends_a_job():
    assert RETRIES == {Cause.INFRA: 5, Cause.CRASH: 1, Cause.GPU_OOM: 1, Cause.USER: 0}


def test_draining_costs_no_budget(database):
    with database.write() as session:
        job = crash(session, factories.job(session), Cause.DRAIN, 12)
        assert (job.state, job.infra_losses, job.crashes) == (JobState.QUEUED, 0, 0)


def test_the_error_given_says_why_the_budget_is_spent(database):
    with database.write() as session:
        crash(session, factories.job(session), Cause.CRASH, 1)
        lease = factories.claim(session).lease
        error = {"code": "out_of_memory", "detail": "killed by the kernel", "log_tail": "x"}
        job = lifecycle.release(session, lease, Cause.CRASH, AttemptOutcome(), error)
        assert job.error == {**error, "attempt": 2}


def test_a_lost_job_that_should_pause_pauses(database):
    with database.write() as session:
        job, lease = factories.held(session)
        lifecycle.pause(session, job.project_id, job.id)
        lost = lifecycle.release(session, lease, Cause.INFRA, AttemptOutcome())
        assert (lost.state, lost.pause_requested) == (JobState.PAUSED, False)


def test_an_attempt_is_charged_once_and_never_more_than_it_took(database):
    with database.write() as session:
        job, lease = factories.held(session)
        project = session.get(Project, job.project_id)
        lifecycle.release(session, lease, Cause.DRAIN, AttemptOutcome(compute_s=1e9, exit_code=75))
        second = factories.claim(session).lease
        lifecycle.release(session, second, Cause.DRAIN, AttemptOutcome(compute_s=-5.0))
        attempts = queries.attempts(session, job.project_id, job.id)
        session.refresh(project)
        wall_s = (attempts[0].ended_at - attempts[0].started_at).total_seconds()
        assert (attempts[0].compute_s, attempts[1].compute_s) == (pytest.approx(wall_s), 0.0)
        assert (attempts[0].exit_code, attempts[0].cause) == (75, Cause.DRAIN)
        assert usage.decayed_s(project.usage, at=attempts[0].ended_at) == pytest.approx(wall_s)
        assert job.compute_s == pytest.approx(wall_s)
