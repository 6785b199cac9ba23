"""Cancels in whatever state a job happens to be, while workers die."""

import random
import time
from contextlib import suppress

from sqlalchemy import select

from models.errors import AlreadyFinished
from models.event import Event
from models.job import JobState
from tests.chaos.harness import Harness, until
from tests.chaos.toys import ENDLESS, SAMPLES
from tests.pace import FULL

JOBS = 200 if FULL else 7
SEEN_S, GRACE_S, MORE_S = 0.5, 2, 5


def test_every_cancel_ends_its_job_and_none_comes_back(harness: Harness) -> None:
    house, draw = harness.house, random.Random(3)
    dataset_id = house.dataset(SAMPLES)
    harness.sweeper()
    workers = [harness.starting_worker(WORKER_WARM="1") for _ in range(2)]
    harness.ready(*workers)
    for number in range(JOBS):
        job_id = house.submit(dataset_id, spec=ENDLESS)
        if draw.random() < 0.2:
            harness.act("pause", job_id)
        time.sleep(draw.uniform(0, 1.5))
        if number == JOBS // 2:
            workers.pop().kill()
            workers.append(harness.worker())
        with suppress(AlreadyFinished):
            harness.act("cancel", job_id)
        lost_s = harness.lease_s if number == JOBS // 2 else 0
        within_s = SEEN_S + GRACE_S + MORE_S + lost_s
        until(lambda: harness.job_done(job_id), within_s=within_s, what="the job has ended")  # noqa: B023
        assert house.state(job_id) is JobState.CANCELED
        assert not requeued_after_cancel(harness, job_id)
    for worker in workers:
        until(lambda: len(worker.runners()) <= 1, within_s=5, what="only a warm runner is left")  # noqa: B023
    harness.assert_sound()


def requeued_after_cancel(harness: Harness, job_id: str) -> bool:
    with harness.house.database.read() as session:
        found = select(Event.type).where(Event.job_id == job_id).order_by(Event.seq)
        kinds = session.scalars(found).all()
    canceling = kinds.index("job.canceling") if "job.canceling" in kinds else len(kinds)
    return "job.requeued" in kinds[canceling:]
