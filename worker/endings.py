"""What the end of a runner means for its job: one table from what was seen to one verb of the life cycle."""

import signal
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from models import lifecycle
from models.attempt import Cause
from models.base import JsonObject
from models.job import Job, JobState
from models.leases import AttemptOutcome, Lease
from worker.child import Ended, how_it_ended
from worker.messages import EXIT_DRAINED, Failure
from worker.watch import Watch

Verb = Callable[[Session], Job]
RETRIED_FAILURES = {
    "out_of_memory": Cause.CRASH,
    "out_of_gpu_memory": Cause.GPU_OOM,
    "storage_full": Cause.INFRA,
    "worker_crashed": Cause.CRASH,
}


def outcome_of(watch: Watch, ended: Ended) -> AttemptOutcome:
    """What the attempt cost, and how its process ended."""
    return AttemptOutcome(ended.exit_code, ended.signal, ended.peak_rss_bytes, watch.elapsed_s)


def verb_for(lease: Lease, watch: Watch, outcome: AttemptOutcome, *, log_tail: str) -> Verb:
    """How a runner without a result leaves its job.

    A failure that it reported counts for itself; then what it was asked, which ends a runner that does not
    listen to SIGUSR1 yet; an end that nobody asked for is a crash, or a loss if something outside stopped it
    by SIGTERM.
    """
    code, number = outcome.exit_code, outcome.signal
    if watch.failure is not None:
        return _failed(lease, watch.failure, outcome, log_tail)
    if watch.wish == "cancel":
        return lambda session: lifecycle.end_canceled(session, lease, outcome)
    if watch.wish == "timeout":
        return _timed_out(lease, watch, outcome)
    if code == EXIT_DRAINED or watch.wish == "drain" or number == signal.SIGUSR1:
        return lambda session: _let_go(session, lease, outcome, paused=code == EXIT_DRAINED)
    if number == signal.SIGTERM:
        return lambda session: lifecycle.release(session, lease, Cause.INFRA, outcome)
    detail = f"The training process {how_it_ended(-number if number else code or 0)} without a report."
    error: JsonObject = {"code": "worker_crashed", "detail": detail, "log_tail": log_tail}
    return lambda session: lifecycle.release(session, lease, Cause.CRASH, outcome, error)


def _failed(lease: Lease, failure: Failure, outcome: AttemptOutcome, log_tail: str) -> Verb:
    error: JsonObject = {**failure.model_dump(exclude={"type"}, exclude_none=True)}
    cause = RETRIED_FAILURES.get(failure.code)
    if cause is None:
        return lambda session: lifecycle.fail(session, lease, error, outcome)
    error["log_tail"] = log_tail
    return lambda session: lifecycle.release(session, lease, cause, outcome, error)


def _timed_out(lease: Lease, watch: Watch, outcome: AttemptOutcome) -> Verb:
    detail = f"The job ran longer than its max_duration_s; stopped after {watch.elapsed_s:.0f} s."
    error: JsonObject = {"code": "timeout", "detail": detail}
    ended = replace(outcome, cause=Cause.TIMEOUT)
    return lambda session: lifecycle.fail(session, lease, error, ended)


def _let_go(session: Session, lease: Lease, outcome: AttemptOutcome, *, paused: bool) -> Job:
    """Paused if that is still wanted and a checkpoint was kept, else back to the queue at no charge."""
    job = session.get(Job, lease.job_id, populate_existing=True)
    if paused and job is not None and job.pause_requested and job.state is JobState.RUNNING:
        return lifecycle.end_paused(session, lease, outcome)
    return lifecycle.release(session, lease, Cause.DRAIN, outcome)
