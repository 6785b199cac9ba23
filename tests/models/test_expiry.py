"""models.expiry: what the passing of time ends."""

from datetime import timedelta

import pytest

from models import JobState, catalog, clock, lifecycle, queries, queue
from models.attempt import Cause
from models.errors import StaleLease
from models.leases import AttemptOutcome
from tests.models import factories


def test_a_lease_that_ran_out_gives_the_job_back_to_the_queue(database):
    with database.write() as session:
        factories.job(session)
        claim = factories.claim(session, lease_s=-1)
        (job,) = queue.expire_leases(session)
        assert (job.state, job.infra_losses, job.lease_token) == (JobState.QUEUED, 1, None)
        (attempt,) = queries.attempts(session, job.project_id, job.id)
        assert (attempt.cause, attempt.compute_s) == (Cause.INFRA, 0.0)
        with pytest.raises(StaleLease):
            lifecycle.heartbeat(session, claim.lease, lease_s=60)


def test_a_lease_that_still_runs_is_left_alone(database):
    with database.write() as session:
        factories.held(session)
        assert queue.expire_leases(session) == []


def test_a_holder_that_is_late_but_not_swept_keeps_its_job(database):
    with database.write() as session:
        factories.job(session)
        claim = factories.claim(session, lease_s=-1)
        lifecycle.heartbeat(session, claim.lease, lease_s=60)
        assert queue.expire_leases(session) == []


def test_a_lost_attempt_is_charged_up_to_the_end_of_its_lease(database):
    with database.write() as session:
        job, _ = factories.held(session)
        (attempt,) = queries.attempts(session, job.project_id, job.id)
        attempt.started_at -= timedelta(seconds=600)
        job.lease_until = attempt.started_at + timedelta(seconds=70)
        session.flush()
        queue.expire_leases(session)
        session.refresh(attempt)
        assert attempt.compute_s == pytest.approx(70)


def test_a_canceled_job_whose_worker_is_gone_is_canceled(database):
    with database.write() as session:
        job = factories.job(session)
        factories.claim(session, lease_s=-1)
        lifecycle.cancel(session, job.project_id, job.id)
        assert [job.state for job in queue.expire_leases(session)] == [JobState.CANCELED]


def test_many_leases_of_several_projects_expire_together(database):
    with database.write() as session:
        for name in "ba":
            lab = factories.project(session, name)
            for _ in range(3):
                factories.job(session, lab)
                factories.claim(session, lease_s=-1)
        assert len(queue.expire_leases(session)) == 6


def test_a_deadline_ends_what_has_not_started(database):
    with database.write() as session:
        late = factories.job(session, start_deadline=clock.now(session) - timedelta(seconds=1))
        factories.job(session, start_deadline=clock.now(session) + timedelta(hours=1))
        factories.job(session)
        assert queue.expire_deadlines(session) == [late]
        assert late.state is JobState.EXPIRED


def test_a_job_paused_for_thirty_days_expires(database):
    with database.write() as session:
        job = factories.job(session)
        lifecycle.pause(session, job.project_id, job.id)
        assert queue.expire_deadlines(session) == []
        job.updated_at -= timedelta(days=30)
        session.flush()
        assert queue.expire_deadlines(session) == [job]


def test_jobs_on_a_rejected_dataset_fail_with_its_reason(database):
    with database.write() as session:
        lab = factories.project(session)
        row, _ = catalog.register(session, lab.id, factories.upload())
        job = factories.job(session, lab, on=row)
        claim = catalog.claim_ingest(session, worker="i", lease_s=60)
        catalog.reject(session, claim, {"code": "not_finite", "detail": "3 values are NaN"})
        assert queue.expire_deadlines(session) == [job]
        assert (job.state, job.error["code"]) == (JobState.FAILED, "invalid_data")
        assert "3 values are NaN" in job.error["detail"]


def test_a_paused_job_is_not_swept_while_another_runs(database):
    with database.write() as session:
        job, lease = factories.held(session)
        lifecycle.pause(session, job.project_id, job.id)
        lifecycle.end_paused(session, lease, AttemptOutcome())
        assert queue.expire_leases(session) == []
        assert queue.expire_deadlines(session) == []
