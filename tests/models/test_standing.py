"""models.standing: position, reason and time of start of a queued job."""

from datetime import timedelta

import pytest

from models import catalog, clock, lifecycle, queue, workers
from models.worker import WorkerState
from models.workers import Sighting
from tests.models import factories


def appear(session, number=1, **fields):
    given = {"name": f"cpu@here-{number}", "pool": "cpu", "device": "cpu", "host": "here", "pid": number}
    return workers.seen(session, Sighting(**(given | fields)))


def finish(session, *, seconds):
    """A job of the method `dcn` that took so long."""
    job, lease = factories.held(session)
    lifecycle.succeed(session, lease, factories.publication())
    job.compute_s = seconds
    session.flush()


def test_positions_follow_the_order_of_the_claim(database):
    with database.write() as session:
        used, fresh = factories.project(session, "used", usage=10.0), factories.project(session, "fresh")
        jobs = [factories.job(session, used), factories.job(session, used), factories.job(session, fresh)]
        places = [queue.standing(session, job) for job in jobs]
        assert [(place.position, place.ahead_in_project) for place in places] == [(2, 0), (3, 1), (1, 0)]
        taken = [factories.claim(session).job for _ in jobs]
        assert taken == [jobs[2], jobs[0], jobs[1]]
        assert queue.standing(session, taken[0]) is None


def test_the_reason_says_what_is_waited_for(database):
    with database.write() as session:
        lab = factories.project(session)
        unchecked, _ = catalog.register(session, lab.id, factories.upload())
        waiting = factories.job(session, lab, on=unchecked)
        assert queue.standing(session, waiting).reason == "waiting_for_dataset"
        catalog.accept(
            session,
            catalog.claim_ingest(session, worker="i", lease_s=60),
            factories.canonical(unchecked.id),
        )
        assert queue.standing(session, waiting).reason == "no_worker_online"
        appear(session, state=WorkerState.FULL)
        assert queue.standing(session, waiting).reason == "storage_full"
        appear(session)
        assert queue.standing(session, waiting).reason == "waiting_for_slot"
        big = factories.job(session, lab, gpu_memory_gib=24.0)
        assert queue.standing(session, big).reason == "no_matching_slot"
        appear(session, 2, memory_gib=80.0)
        assert queue.standing(session, big).reason == "waiting_for_slot"
        wide = factories.job(session, lab, devices=2, gpu_memory_gib=24.0)
        appear(session, 3, devices=4)
        assert queue.standing(session, wide).reason == "no_matching_slot"
        appear(session, 4, devices=2, memory_gib=24.0)
        assert queue.standing(session, wide).reason == "waiting_for_slot"


def test_the_time_of_start_comes_from_past_jobs_of_the_method(database):
    with database.write() as session:
        appear(session)
        for seconds in range(10, 110, 10):
            finish(session, seconds=float(seconds))
        first, second = factories.job(session), factories.job(session)
        other = factories.job(session, method="dec")
        now = clock.now(session)
        eta = queue.standing(session, first).eta
        assert eta.basis == "10 past dcn jobs of this project"
        assert timedelta(seconds=40) < eta.p50 - now < timedelta(seconds=70)
        assert eta.p50 < eta.p90 < now + timedelta(seconds=110)
        assert queue.standing(session, second).eta.p50 - now > 1.9 * (eta.p50 - now)
        assert queue.standing(session, other).eta is None


def test_a_worker_counts_while_it_is_heard_of_and_takes_jobs(database):
    with database.write() as session:
        appear(session, 1)
        appear(session, 2, state=WorkerState.DRAINING)
        silent = appear(session, 3)
        silent.seen_at -= timedelta(minutes=2)
        session.flush()
        assert [worker.name for worker in workers.online(session, "cpu")] == ["cpu@here-1"]
        assert len(workers.online(session)) == 1


@pytest.mark.parametrize(
    ("state", "after"), [(WorkerState.ONLINE, timedelta(days=1)), (WorkerState.DRAINING, timedelta(hours=1))]
)
def test_a_worker_that_is_away_is_known_for_a_while(database, state, after):
    with database.write() as session:
        for number, silence in enumerate([after - timedelta(minutes=1), after + timedelta(minutes=1)]):
            appear(session, number, state=state).seen_at -= silence
        session.flush()
        workers.forget_absent(session)
        assert [worker.name for worker in workers.known(session, "cpu")] == ["cpu@here-0"]


def test_a_worker_seen_again_keeps_its_start_unless_it_is_another_process(database):
    with database.write() as session:
        worker = appear(session, pid=1)
        started = worker.started_at
        assert appear(session, pid=1).started_at == started
        assert appear(session, pid=2).started_at >= started
        assert worker.pid == 2
