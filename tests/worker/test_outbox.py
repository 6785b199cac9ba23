import pytest

from models import lifecycle, queries, queue
from models.attempt import Cause
from models.errors import StaleLease
from models.job import JobState
from tests.worker.house import House
from worker.contact import Contact
from worker.messages import Metrics, Point, Progress
from worker.outbox import POINTS_CAP, Outbox


@pytest.fixture
def outbox(house: House) -> Outbox:
    house.submit(house.dataset(6))
    with house.database.write() as session:
        claim = queue.claim(session, pool="cpu", worker="w", lease_s=60)
        session.commit()
    return Outbox(Contact(house.database), claim.lease, lease_s=60, heartbeat_s=1000)


def progress(epoch: int) -> Progress:
    return Progress(stage="s", stage_index=0, stages=1, epoch=epoch, epochs=9, step=epoch, fraction=0.5)


def points(*steps: int) -> Metrics:
    return Metrics(points=[Point(step=step, stage="s", epoch=step, values={"loss": 1.0}) for step in steps])


def test_of_progress_the_latest_is_written_and_of_points_all(house: House, outbox: Outbox) -> None:
    for epoch in (1, 2, 3):
        outbox.note_progress(progress(epoch))
        outbox.note_points(points(epoch))
    assert outbox.flush().state is JobState.RUNNING
    job = house.job(outbox.lease.job_id)
    assert job.progress["epoch"] == 3
    with house.database.read() as session:
        stored = queries.metric_points(session, job.project_id, job.id)
    assert [point.step for point in stored] == [1, 2, 3]
    assert not outbox.waiting()


def test_it_is_due_when_something_waits_or_the_heart_must_beat(outbox: Outbox) -> None:
    outbox._sent_at -= 1
    assert not outbox.due()
    outbox.note_progress(progress(1))
    assert outbox.due()
    outbox.flush()
    outbox._sent_at -= 1000
    assert outbox.due()


def test_what_the_owner_wants_is_heard_with_every_write(house: House, outbox: Outbox) -> None:
    with house.database.write() as session:
        lifecycle.cancel(session, house.project_id(), outbox.lease.job_id)
        session.commit()
    assert outbox.flush().state is JobState.CANCELING


def test_a_long_outage_thins_the_curve_and_keeps_its_ends(outbox: Outbox) -> None:
    steps = range(1, 2 * POINTS_CAP + 2)
    for step in steps:
        outbox.note_points(points(step))
    assert len(outbox.points) <= POINTS_CAP
    assert outbox.points[-1].step == steps[-1]
    assert outbox.points[0].step < 10


def test_a_lost_lease_is_told(house: House, outbox: Outbox) -> None:
    with house.database.write() as session:
        lifecycle.release(session, outbox.lease, Cause.INFRA, lifecycle.AttemptOutcome())
        session.commit()
    outbox.note_progress(progress(1))
    with pytest.raises(StaleLease):
        outbox.flush()
