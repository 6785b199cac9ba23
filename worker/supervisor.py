"""One job from its claim to its end: the only holder of the lease and of the database session."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from models import lifecycle
from models.attempt import Cause
from models.base import JsonObject
from models.errors import IllegalTransition, ModelsError, NotFound, StaleLease, StorageFull
from models.job import Job
from models.leases import AttemptOutcome
from models.queue import Claim
from worker.child import Child, Ended
from worker.contact import Contact
from worker.endings import outcome_of, verb_for
from worker.messages import Checkpoint, Order, Result
from worker.outbox import Outbox
from worker.publishing import TROUBLE, publication, upload, upload_checkpoint
from worker.redaction import redact
from worker.staging import (
    dataset_prefix,
    model_keys,
    stage_checkpoint,
    stage_dataset,
    stage_model,
    trim_cache,
)
from worker.station import Station
from worker.watch import Watch

Verb = Callable[[Session], Job]
KEEP_CHECKPOINTS = 2
PUBLISHING_TRIES = 3
log = structlog.get_logger(__name__)


def supervise(station: Station, claim: Claim) -> None:
    """Run a claimed job and bring it to its end, or drop it if the lease is lost. Never raises."""
    lease = claim.lease
    with structlog.contextvars.bound_contextvars(job=lease.job_id, attempt=lease.attempt):
        folder = station.den.job_folder(lease.job_id, lease.attempt)
        try:
            Supervisor(station, claim, folder).run()
        except (StaleLease, NotFound) as problem:
            log.warning("job.dropped", reason=str(problem))
        except Exception:
            log.exception("supervisor.failed")
            _release_crashed(station, claim)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _release_crashed(station: Station, claim: Claim) -> None:
    error = {"code": "internal", "detail": "The worker failed while it ran this job; its log says why."}
    with suppress(ModelsError):
        Contact(station.database).attempt(
            lambda session: lifecycle.release(session, claim.lease, Cause.CRASH, AttemptOutcome(), error)
        )


def _checkpoint_keys(checkpoint: JsonObject | None) -> list[str]:
    """The keys of the checkpoints that a job has in the store, oldest first."""
    return [] if not checkpoint else [*_checkpoint_keys(checkpoint.get("previous")), checkpoint["key"]]


class Supervisor:
    """Holds one lease."""

    def __init__(self, station: Station, claim: Claim, folder: Path) -> None:
        settings = station.settings
        self._station = station
        self._job, self._lease = claim.job, claim.lease
        self._folder = folder
        self._contact = Contact(station.database, longest_pause_s=min(5.0, settings.lease_s / 4))
        self._outbox = Outbox(self._contact, claim.lease, settings.lease_s, settings.heartbeat_s)
        self._stored = _checkpoint_keys(claim.job.checkpoint)

    def run(self) -> None:
        """Stage, run, settle.

        Raises:
            StaleLease: another worker has the job, or nobody; nothing more was written.
        """
        log.info("job.claimed", method=self._job.method, pool=self._job.pool)
        try:
            order = self._stage()
        except TROUBLE as problem:
            self._lose(problem)
            return
        child = self._station.warm.take()
        try:
            watch = self._watch(child)
            child.send(order.line())
            ended = watch.until_end()
            self._settle(watch, ended, child.tail())
        finally:
            child.bury()
            self._warm_up_next()

    def _stage(self) -> Order:
        job, store, beat = self._job, self._station.store, self._outbox.beat
        settings = self._station.settings
        with self._station.database.read() as session:
            prefix, keys = dataset_prefix(session, job), model_keys(session, job)
        cache = settings.scratch.absolute() / "datasets"
        dataset = stage_dataset(store, prefix, cache, beat)
        trim_cache(cache, cap_bytes=settings.scratch_cap_bytes, keep=dataset)
        stage_checkpoint(store, job.checkpoint, self._folder / "checkpoints", beat)
        return Order(
            folder=self._folder,
            dataset=dataset.absolute(),
            spec=job.spec,
            seed=job.seed,
            outputs=job.outputs,
            device=settings.device,
            threads=settings.threads,
            initial_model=stage_model(store, keys, self._folder / "initial_model", beat),
            checkpoint_s=settings.checkpoint_s,
        )

    def _watch(self, child: Child) -> Watch:
        limit_s = self._job.max_duration_s
        return Watch(
            child,
            self._outbox,
            self._station.settings,
            draining=self._station.shift.ending,
            keep_checkpoint=self._keep_checkpoint,
            on_first_progress=self._warm_up_next,
            time_limit_s=None if limit_s is None else max(0.0, limit_s - self._job.compute_s),
        )

    def _warm_up_next(self) -> None:
        if self._station.settings.warm and not self._station.shift.ending():
            self._station.warm.warm_up()

    def _keep_checkpoint(self, message: Checkpoint) -> None:
        """Make a checkpoint durable in the store; two are kept, and a failure costs only that one."""
        try:
            kept = upload_checkpoint(self._station.store, self._job.id, message, self._outbox.beat)
            if kept is not None:
                self._outbox.checkpoint = kept
                self._stored = [key for key in self._stored if key != kept["key"]] + [kept["key"]]
            while len(self._stored) > KEEP_CHECKPOINTS + 1:
                self._station.store.delete(self._stored.pop(0))
        except TROUBLE as problem:
            if isinstance(problem, StaleLease):
                raise
            log.warning("checkpoint.not_stored", problem=repr(problem))

    def _settle(self, watch: Watch, ended: Ended, log_tail: str) -> None:
        """Write down how it ended, however long the database is away."""
        outcome = outcome_of(watch, ended)
        log.info("runner.ended", exit_code=ended.exit_code, signal=ended.signal, wish=watch.wish)
        self._outbox.flush_all(give_up=self._out_of_time)
        if watch.result is not None and ended.exit_code == 0 and watch.wish != "cancel":
            self._publish(watch.result, outcome)
            return
        tail = redact(log_tail, folders={self._folder: "<job>", self._station.settings.scratch: "<scratch>"})
        self._end(verb_for(self._lease, watch, outcome, log_tail=tail))

    def _publish(self, result: Result, outcome: AttemptOutcome) -> None:
        try:
            artifacts = [
                upload(self._station.store, self._lease, file, self._outbox.beat) for file in result.files
            ]
        except TROUBLE as problem:
            self._lose(problem, outcome)
            return
        rows = publication(self._job, result, artifacts, outcome)
        try:
            self._end(lambda session: lifecycle.succeed(session, self._lease, rows))
        except IllegalTransition:
            self._end(lambda session: lifecycle.end_canceled(session, self._lease, outcome))

    def _lose(self, problem: Exception, outcome: AttemptOutcome | None = None) -> None:
        """Give the job back because this machine or its store failed it."""
        if isinstance(problem, StaleLease):
            raise problem
        log.warning("job.lost", problem=repr(problem))
        code = problem.code if isinstance(problem, StorageFull) else "internal"
        error: JsonObject = {
            "code": code,
            "detail": "The worker could not read or store the files of this job.",
        }
        ended = outcome or AttemptOutcome()
        self._end(lambda session: lifecycle.release(session, self._lease, Cause.INFRA, ended, error))

    def _out_of_time(self) -> bool:
        return self._station.shift.ending_s() > self._station.settings.drain_grace_s

    def _end(self, verb: Verb) -> None:
        """Commit the last move of this attempt; a draining worker does not wait for the database for ever."""
        job = self._contact.insist(verb, give_up=self._out_of_time)
        if job is None:
            log.error("job.end_not_written", hint="the lease runs out and another worker resumes")
        else:
            log.info("job.left", state=job.state.value, compute_s=round(job.compute_s, 1))
