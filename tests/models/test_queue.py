"""models.queue: whose turn it is."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models import Attempt, Job, JobState, Project, catalog, clock, events, lifecycle, queue, usage
from models.capacity import Capacity
from tests.models import factories


def order(session, **fields):
    """The names of the jobs as workers would take them, one after the other."""
    names = []
    while claim := queue.claim(session, pool="cpu", worker=f"w{len(names)}", lease_s=60, **fields):
        names.append(claim.job.name)
    return names


def test_an_empty_pool_gives_nothing(database):
    with database.write() as session:
        assert queue.claim(session, pool="cpu", worker="w", lease_s=60) is None


def test_a_claim_opens_an_attempt_with_its_lease(database):
    with database.write() as session:
        job = factories.job(session)
        before = clock.now(session)
        claim = factories.claim(session, worker="gpu0@lab", lease_s=60)
        assert claim.job is job
        assert (job.state, job.attempt, job.worker, job.version) == (JobState.RUNNING, 1, "gpu0@lab", 2)
        assert timedelta(seconds=60) <= job.lease_until - before < timedelta(seconds=120)
        assert claim.lease.token == job.lease_token
        assert session.get(Attempt, (job.id, 1)).lease_token == job.lease_token
        kinds = [event.type for event in events.after(session, job.project_id, 0, job_id=job.id)]
        assert kinds == ["job.queued", "job.started"]


def test_older_jobs_of_a_project_go_first(database):
    with database.write() as session:
        for name in "abc":
            job = factories.job(session, name=name)
            job.queued_at -= timedelta(seconds=ord(name))
        session.flush()
        assert order(session) == ["c", "b", "a"]


def test_priority_goes_before_everything_else(database):
    with database.write() as session:
        busy = factories.project(session, "busy", usage=1e9)
        factories.job(session, name="normal")
        factories.job(session, name="low", priority=0)
        factories.job(session, busy, name="urgent", priority=2)
        assert order(session) == ["urgent", "normal", "low"]


def test_what_running_attempts_have_taken_so_far_counts_as_used(database):
    with database.write() as session:
        holding, other = (factories.project(session, name, usage=0.0) for name in ("holding", "other"))
        factories.job(session, holding, name="long")
        claim = factories.claim(session)
        session.get(Attempt, (claim.job.id, 1)).started_at -= timedelta(seconds=500)
        first = factories.job(session, holding, name="its next")
        first.queued_at -= timedelta(days=1)
        second = factories.job(session, other, name="other's first")
        session.flush()
        assert [queue.standing(session, job).position for job in (first, second)] == [2, 1]
        assert order(session) == ["other's first", "its next"]


def test_running_attempts_weigh_as_much_as_the_same_seconds_once_they_are_charged(database):
    now = datetime.now(UTC)
    with database.write() as session:
        holding = factories.project(session, "holding", usage=0.0)
        charged = factories.project(session, "charged", usage=100 * usage.weight_at(now))
        factories.job(session, holding, name="long")
        claim = factories.claim(session)
        attempt = session.get(Attempt, (claim.job.id, 1))
        for project in (holding, charged):
            factories.job(session, project, name=project.name)
        for seconds, first in ((50, "holding"), (150, "charged")):
            attempt.started_at = clock.now(session) - timedelta(seconds=seconds)
            session.flush()
            positions = {
                job.name: queue.standing(session, job).position
                for job in session.scalars(select(Job).where(Job.state == JobState.QUEUED))
            }
            assert positions[first] == 1


def test_the_project_that_used_least_for_its_weight_goes_first(database):
    with database.write() as session:
        for name, used, weight in (("a", 90.0, 1.0), ("b", 100.0, 2.0), ("c", 60.0, 1.0)):
            factories.job(session, factories.project(session, name, usage=used, weight=weight), name=name)
        assert order(session) == ["b", "c", "a"]


def test_one_job_of_a_newcomer_goes_before_a_full_queue(database):
    with database.write() as session:
        flood, newcomer = factories.project(session, "flood"), factories.project(session, "newcomer")
        ready = factories.dataset(session, flood)
        for index in range(20):
            factories.job(session, flood, on=ready, name=f"flood {index}")
        first = factories.claim(session)
        factories.job(session, newcomer, name="newcomer")
        attempt = session.get(Attempt, (first.job.id, 1))
        attempt.started_at -= timedelta(seconds=30)
        session.flush()
        lifecycle.succeed(session, first.lease, factories.publication())
        assert factories.claim(session).job.name == "newcomer"


def test_weights_share_the_work_two_to_one(sqlite_database):
    with sqlite_database.write() as session:
        labs = {name: factories.project(session, name, weight=w) for name, w in (("a", 2.0), ("b", 1.0))}
        for lab in labs.values():
            ready = factories.dataset(session, lab)
            for _ in range(30):
                factories.job(session, lab, on=ready)
        taken = Counter()
        for _ in range(30):
            claim = factories.claim(session)
            session.get(Attempt, (claim.job.id, 1)).started_at -= timedelta(seconds=100)
            session.flush()
            lifecycle.succeed(session, claim.lease, factories.publication())
            taken[claim.job.project_id] += 1
        assert (taken[labs["a"].id], taken[labs["b"].id]) == (20, 10)


def test_jobs_wait_for_their_dataset(database):
    with database.write() as session:
        lab = factories.project(session)
        row, _ = catalog.register(session, lab.id, factories.upload())
        job = factories.job(session, lab, on=row)
        assert queue.claimable_pools(session) == ["ingest"]
        assert queue.claim(session, pool="cpu", worker="w", lease_s=60) is None
        claim = catalog.claim_ingest(session, worker="i", lease_s=60)
        assert queue.claimable_pools(session) == []
        catalog.accept(session, claim, factories.canonical(row.id))
        assert queue.claimable_pools(session) == ["cpu"]
        assert factories.claim(session).job is job


def test_jobs_go_to_workers_of_their_pool_with_enough_memory(database):
    with database.write() as session:
        factories.job(session, name="other", pool="gpu")
        factories.job(session, name="small", gpu_memory_gib=8.0)
        factories.job(session, name="big", gpu_memory_gib=40.0)
        factories.job(session, name="none")
        assert order(session) == ["none"]
        assert order(session, capacity=Capacity(gpu_memory_gib=24.0)) == ["small"]
        assert order(session, capacity=Capacity(gpu_memory_gib=80.0)) == ["big"]


def test_jobs_of_several_devices_go_to_workers_that_have_as_many(database):
    with database.write() as session:
        for devices in (4, 2, 1):
            factories.job(session, name=str(devices), devices=devices)
        factories.job(session, name="2 large", devices=2, gpu_memory_gib=40.0)
        assert order(session) == ["1"]
        assert order(session, capacity=Capacity(3)) == ["2"]
        assert order(session, capacity=Capacity(2, gpu_memory_gib=80.0)) == ["2 large"]
        assert order(session, capacity=Capacity(16)) == ["4"]


def test_a_job_past_its_start_deadline_is_not_started(database):
    with database.write() as session:
        factories.job(session, start_deadline=clock.now(session) - timedelta(seconds=1))
        assert queue.claimable_pools(session) == []
        assert order(session) == []


@pytest.mark.parametrize("jobs", [200])
def test_eight_workers_take_each_job_exactly_once(database, jobs):
    with database.write() as session:
        labs = [factories.project(session, name) for name in "abcd"]
        for index in range(jobs):
            lab = labs[index % len(labs)]
            on = factories.dataset(session, lab) if index < len(labs) else None
            ready = on or session.scalars(select(catalog.Dataset).filter_by(project_id=lab.id)).first()
            factories.job(session, lab, on=ready)
        session.commit()

    def work(number):
        taken = []
        while True:
            with database.write() as session:
                claim = queue.claim(session, pool="cpu", worker=f"w{number}", lease_s=60)
                session.commit()
                if claim is None:
                    return taken
                taken.append(claim.job.id)

    with ThreadPoolExecutor(8) as pool:
        taken = [job_id for ids in pool.map(work, range(8)) for job_id in ids]
    assert len(taken) == jobs
    assert len(set(taken)) == jobs
    with database.read() as session:
        assert {*session.scalars(select(Job.attempt))} == {1}
        for project in session.scalars(select(Project)):
            seqs = [event.seq for event in events.after(session, project.id, 0, limit=1000)]
            assert seqs == list(range(1, project.event_seq + 1))
