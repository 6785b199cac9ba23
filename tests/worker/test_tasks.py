import pytest

from models.job import JobState
from tests.worker.house import House
from tests.worker.test_supervisor import Scene
from worker import tasks
from worker.broker import app


@pytest.fixture
def scene(house: House, monkeypatch: pytest.MonkeyPatch):
    scene = Scene(house)
    monkeypatch.setattr(tasks, "station", lambda: scene.station)
    monkeypatch.setattr(tasks, "shift", lambda: scene.station.shift)
    yield scene
    scene.station.warm.dismiss()


def test_one_wake_runs_all_that_is_claimable_in_its_pool(scene: Scene) -> None:
    jobs = [scene.submit("result"), scene.submit("error"), scene.submit("result", pool="gpu")]
    tasks.wake("cpu")
    states = [scene.house.state(job_id) for job_id in jobs]
    assert states == [JobState.SUCCEEDED, JobState.FAILED, JobState.QUEUED]


def test_a_second_wake_finds_nothing(scene: Scene) -> None:
    job_id = scene.submit("result")
    tasks.wake("cpu")
    tasks.wake("cpu")
    assert scene.house.job(job_id).attempt == 1


def test_a_bell_of_another_pool_is_ignored(scene: Scene) -> None:
    job_id = scene.submit("result", pool="gpu")
    tasks.wake("gpu")
    assert scene.house.state(job_id) is JobState.QUEUED


def test_a_draining_worker_claims_nothing(scene: Scene) -> None:
    job_id = scene.submit("result")
    scene.station.shift.end()
    tasks.wake("cpu")
    assert scene.house.state(job_id) is JobState.QUEUED


def test_no_job_begins_on_a_full_disk(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(scene.station), "storage_full", lambda _: True)
    job_id = scene.submit("result")
    tasks.wake("cpu")
    assert scene.house.state(job_id) is JobState.QUEUED
    monkeypatch.setattr(type(scene.station), "storage_full", lambda _: False)
    tasks.wake("cpu")
    assert scene.house.state(job_id) is JobState.SUCCEEDED


def test_it_is_the_only_task() -> None:
    assert [name for name in app.tasks if not name.startswith("celery.")] == ["wake"]
