"""models.lifecycle under any sequence of wishes, crashes and late messages: the checker stays silent."""

import shutil
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from sqlalchemy import select, update

from migrations import apply
from models import HELD, TERMINAL, Job, JobState, clock, lifecycle, queue
from models.attempt import Cause
from models.errors import IllegalTransition, StaleLease
from models.fsck import check
from models.leases import AttemptOutcome, Point
from models.session import Database
from models.store import open_store
from tests.models import factories

WISHES = [lifecycle.cancel, lifecycle.pause, lifecycle.resume, factories.retry]
LETTING_GO = [Cause.INFRA, Cause.CRASH, Cause.GPU_OOM, Cause.DRAIN]


@cache
def migrated():
    """The bytes of a migrated, empty database."""
    with tempfile.TemporaryDirectory() as folder:
        apply.upgrade(f"sqlite:///{folder}/facet.db")
        return (Path(folder) / "facet.db").read_bytes()


class Service(RuleBasedStateMachine):
    """One project, three workers, and messages that may come late."""

    jobs = Bundle("jobs")
    leases = Bundle("leases")

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="facet-machine-"))
        (self.folder / "facet.db").write_bytes(migrated())
        self.database = Database(f"sqlite:///{self.folder}/facet.db")
        self.store = open_store(f"file:{self.folder}/store")
        with self.database.write() as session:
            self.ready = factories.dataset(session)
            self.store.put(f"{self.ready.prefix}/x.npy", b"x")
            session.commit()
        self.ended = {}

    def teardown(self):
        self.database.dispose()
        shutil.rmtree(self.folder)

    def write(self, act):
        """Do it in a transaction; a refusal rolls back and is told."""
        with self.database.write() as session:
            try:
                answer = act(session)
                session.commit()
            except (IllegalTransition, StaleLease) as refusal:
                session.rollback()
                return refusal
            return answer

    @rule(target=jobs, priority=st.sampled_from([0, 1, 2]))
    def submit(self, priority):
        return self.write(lambda session: factories.job(session, on=self.ready, priority=priority).id)

    @rule(target=leases, worker=st.sampled_from(["a", "b", "c"]))
    def claim(self, worker):
        with self.database.read() as session:
            if session.scalar(select(Job.id).where(Job.worker == worker, Job.state.in_(HELD))):
                return multiple()
        claim = self.write(lambda session: queue.claim(session, pool="cpu", worker=worker, lease_s=60))
        return claim.lease if claim else multiple()

    @rule(job_id=jobs, wish=st.sampled_from(WISHES))
    def wish(self, job_id, wish):
        self.write(lambda session: wish(session, self.ready.project_id, job_id))

    @rule(lease=leases, step=st.integers(0, 5))
    def report(self, lease, step):
        points = [Point(step, "train", step, {"loss": 1.0})]
        self.write(lambda session: lifecycle.report(session, lease, progress={"epoch": step}, points=points))
        self.write(lambda session: lifecycle.checkpointed(session, lease, {"key": f"k{step}"}))

    @rule(lease=leases)
    def heartbeat(self, lease):
        answer = self.write(lambda session: lifecycle.heartbeat(session, lease, lease_s=60))
        if not isinstance(answer, StaleLease):
            assert answer.state in HELD

    @rule(lease=leases)
    def succeed(self, lease):
        file = factories.artifact(self.store, lease)
        self.write(lambda session: lifecycle.succeed(session, lease, factories.publication([file])))

    @rule(lease=leases, cause=st.sampled_from(LETTING_GO))
    def let_go(self, lease, cause):
        self.write(lambda session: lifecycle.release(session, lease, cause, AttemptOutcome()))

    @rule(lease=consumes(leases), verb=st.sampled_from(["fail", "end_canceled", "end_paused"]))
    def end(self, lease, verb):
        arguments = [{"code": "diverged"}] if verb == "fail" else []
        self.write(lambda session: getattr(lifecycle, verb)(session, lease, *arguments, AttemptOutcome()))

    @rule()
    def lose_all_workers(self):
        def lose(session):
            past = clock.now(session) - timedelta(seconds=1)
            session.execute(update(Job).where(Job.state.in_(HELD)).values(lease_until=past))
            return queue.expire_leases(session)

        canceling = self.states(JobState.CANCELING)
        self.write(lose)
        assert canceling <= self.states(JobState.CANCELED)

    def states(self, state):
        with self.database.read() as session:
            return set(session.scalars(select(Job.id).where(Job.state == state)))

    @invariant()
    def what_has_ended_never_changes(self):
        with self.database.read() as session:
            now = {job.id: job.state for job in session.scalars(select(Job).where(Job.state.in_(TERMINAL)))}
        assert self.ended.items() <= now.items()
        self.ended = now

    @invariant()
    def the_checker_finds_nothing(self):
        with self.database.read() as session:
            assert check(session, self.store) == []


TestService = Service.TestCase
TestService.settings = settings(
    max_examples=5,
    stateful_step_count=25,
    suppress_health_check=list(HealthCheck),
)
