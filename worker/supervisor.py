"""One job from its claim to its end: the only holder of the lease and of the database session."""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from models import lifecycle
from models.attempt import Cause
from models.base import JsonObject
from models.errors import IllegalTransition, ModelsError, NotFound, StaleLease, StorageFull
from models.job import Job, JobState
from models.leases import AttemptOutcome
from models.queue import Claim
from models.trained_model import PREDICT
from worker.child import Child, Ended
from worker.contact import Contact
from worker.endings import outcome_of, verb_for
from worker.members import Source, sources, stage_members
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
LONGEST_REST_S = 60.0
TURN_S = 0.1
log = structlog.get_logger(__name__)


class Recalled(Exception):
    """The job is not to go on here, and no runner is at work on it."""


def supervise(station: Station, claim: Claim) -> None:
    """Run a claimed job and bring it to its end, or drop it if the lease is lost. Never raises."""
    lease = claim.lease
    with structlog.contextvars.bound_contextvars(job_id=lease.job_id, attempt=lease.attempt):
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


def affordable(job: Job) -> JsonObject:
    """The job's spec, its batches halved for each time that the device ran out of memory."""
    return job.spec if job.batch_size is None else job.spec | {"batch_size": job.batch_size}


class Supervisor:
    """Holds one lease."""

    def __init__(self, station: Station, claim: Claim, folder: Path) -> None:
        settings = station.settings
        self._station = station
        self._job, self._lease = claim.job, claim.lease
        self._spec = affordable(claim.job)
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
        except Recalled:
            self._give_back(AttemptOutcome())
            return
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
            self._station.warm.lay_to_rest(child)
            self._warm_up_next()

    def _stage(self) -> Order:
        job, store, beat = self._job, self._station.store, self._beat
        settings = self._station.settings
        prefix, keys, merged = self._places()
        cache = settings.scratch.absolute() / "datasets"
        dataset = stage_dataset(store, prefix, cache, beat)
        trim_cache(cache, cap_bytes=settings.scratch_cap_bytes, keep=dataset)
        if (job.checkpoint or {}).get("batch_size") == self._spec.get("batch_size"):
            stage_checkpoint(store, job.checkpoint, self._folder / "checkpoints", beat)
        return Order(
            job_id=job.id,
            attempt=self._lease.attempt,
            folder=self._folder,
            dataset=dataset.absolute(),
            spec=self._spec,
            seed=job.seed,
            outputs=job.outputs,
            devices=settings.first_devices(job.devices),
            threads=max(1, settings.threads // job.devices),
            initial_model=stage_model(store, keys, self._folder / "initial_model", beat),
            predict=job.kind == PREDICT,
            ensemble=stage_members(store, merged, self._folder / "members", cache=cache, beat=beat),
            checkpoint_s=settings.checkpoint_s,
        )

    def _places(self) -> tuple[str, dict[str, str], list[Source]]:
        """Where the dataset lies, the model to start from and what is merged; asked through an outage too."""
        job = self._job
        found = self._contact.insist(
            lambda session: (dataset_prefix(session, job), model_keys(session, job), sources(session, job)),
            give_up=self._station.out_of_time,
        )
        if found is None:
            raise Recalled
        return found

    def _beat(self) -> None:
        """Keep the lease. Raises StaleLease; Recalled after a cancel or at the end of a drain."""
        orders = self._outbox.beat()
        if self._station.out_of_time() or (orders is not None and orders.state is JobState.CANCELING):
            raise Recalled

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
        """Make a checkpoint durable in the store; a failure costs only that one."""
        try:
            kept = upload_checkpoint(self._station.store, self._job.id, message, self._keep_lease)
            if kept is not None:
                self._stored = self._line_up(kept["key"])
                self._outbox.checkpoint = kept | {"batch_size": self._spec.get("batch_size")}
        except TROUBLE as problem:
            if isinstance(problem, StaleLease):
                raise
            log.warning("checkpoint.not_stored", problem=repr(problem))

    def _line_up(self, newest: str) -> list[str]:
        """The checkpoints in the store in the order in which they may go.

        The job's row names the last two until it names the newest, however long the database is away; so
        those two stay, and what was stored but never written down goes first.
        """
        waiting = self._outbox.checkpoint
        if waiting is None:
            while len(self._stored) > KEEP_CHECKPOINTS:
                self._station.store.delete(self._stored.pop(0))
            passed = []
        else:
            passed = [waiting["key"]]
        others = [key for key in self._stored if key not in (*passed, newest)]
        return [*(key for key in passed if key != newest), *others, newest]

    def _keep_lease(self) -> None:
        self._outbox.beat()

    def _settle(self, watch: Watch, ended: Ended, log_tail: str) -> None:
        """Write down how it ended, however long the database is away."""
        outcome = outcome_of(watch, ended)
        log.info("runner.ended", exit_code=ended.exit_code, signal=ended.signal, wish=watch.wish)
        self._outbox.flush_all(give_up=self._station.out_of_time)
        if watch.result is not None and ended.exit_code == 0 and watch.wish != "cancel":
            self._publish(watch.result, outcome)
            return
        tail = redact(log_tail, folders={self._folder: "<job>", self._station.settings.scratch: "<scratch>"})
        self._end(verb_for(self._lease, watch, outcome, log_tail=tail))

    def _publish(self, result: Result, outcome: AttemptOutcome) -> None:
        try:
            artifacts = [upload(self._station.store, self._lease, file, self._beat) for file in result.files]
        except Recalled:
            self._give_back(outcome)
            return
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
        self._rest()
        code = problem.code if isinstance(problem, StorageFull) else "internal"
        error: JsonObject = {
            "code": code,
            "detail": "The worker could not read or store the files of this job.",
        }
        ended = outcome or AttemptOutcome()
        self._end(lambda session: lifecycle.release(session, self._lease, Cause.INFRA, ended, error))

    def _rest(self) -> None:
        """Leave the store time to come back before the next attempt: 1, 4, 16, then 60 s."""
        until = time.monotonic() + min(4.0**self._job.infra_losses, LONGEST_REST_S)
        with suppress(Recalled):
            while time.monotonic() < until and not self._station.shift.ending():
                self._beat()
                time.sleep(TURN_S)

    def _give_back(self, outcome: AttemptOutcome) -> None:
        """Back to the queue at no charge, or canceled if that was asked."""
        self._end(lambda session: lifecycle.release(session, self._lease, Cause.DRAIN, outcome))

    def _end(self, verb: Verb) -> None:
        """Commit the last move of this attempt; a draining worker does not wait for the database for ever."""
        job = self._contact.insist(verb, give_up=self._station.out_of_time)
        if job is None:
            log.error("job.end_not_written", hint="the lease runs out and another worker resumes")
        else:
            log.info("job.left", state=job.state.value, compute_s=round(job.compute_s, 1))
