"""A worker is told to stop by SIGTERM, as in a deployment."""

from models.attempt import Cause
from models.job import JobState
from tests.chaos.harness import Harness, until
from tests.chaos.toys import ENDLESS, SAMPLES, SLOW, labels_sha256, undisturbed_sha256


def test_the_job_goes_back_with_its_checkpoint_and_costs_no_retry(harness: Harness) -> None:
    house = harness.house
    harness.sweeper()
    job_id = house.submit(house.dataset(SAMPLES), spec=SLOW)
    worker = harness.worker()
    until(lambda: harness.progressed(job_id), within_s=30, what="the job is at work")
    worker.terminate()
    until(worker.gone, within_s=15, what="the worker has drained")
    job = house.job(job_id)
    assert job.state is JobState.QUEUED
    assert (job.infra_losses, job.crashes) == (0, 0)
    harness.worker()
    until(lambda: harness.job_done(job_id), within_s=60, what="the job has ended")
    assert [one.cause for one in harness.attempts(job_id)] == [Cause.DRAIN, Cause.SUCCEEDED]
    assert labels_sha256(house, job_id) == undisturbed_sha256(0)
    harness.assert_sound()


def test_a_cancel_is_heard_while_draining(harness: Harness) -> None:
    house = harness.house
    harness.sweeper()
    long_epochs = ENDLESS | {"batch_size": 2, "net": {"type": "mlp", "hidden": [512, 512]}}
    job_id = house.submit(house.dataset(SAMPLES), spec=long_epochs)
    worker = harness.worker()
    until(lambda: harness.at_work(job_id, 1), within_s=30, what="the job is at work")
    worker.terminate()
    harness.act("cancel", job_id)
    until(lambda: house.state(job_id) is JobState.CANCELED, within_s=10, what="the job is canceled")
    until(worker.gone, within_s=15, what="the worker has gone")
    harness.assert_sound()
