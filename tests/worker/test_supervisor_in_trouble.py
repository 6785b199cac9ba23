"""A supervisor whose store, database or owner gets in the way at the wrong moment."""

import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from models import lifecycle
from models.job import JobState
from tests.worker.scene import Scene
from worker import supervisor
from worker.outbox import Outbox


def test_a_pause_of_a_runner_that_does_not_listen_yet_is_no_crash(scene: Scene) -> None:
    job_id = scene.submit("deaf")
    owner = scene.meanwhile(job_id, lifecycle.pause)
    scene.run_one()
    owner.join()
    job = scene.house.job(job_id)
    assert (job.state, job.crashes) == (JobState.PAUSED, 0)


def test_a_cancel_is_heard_while_the_dataset_is_fetched(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = scene.submit("result")

    def endless(store: object, prefix: str, cache: Path, beat: Any) -> Path:
        with scene.house.database.write() as session:
            lifecycle.cancel(session, scene.house.project_id(), job_id)
            session.commit()
        while True:
            time.sleep(0.02)
            beat()

    monkeypatch.setattr(supervisor, "stage_dataset", endless)
    scene.run_one()
    assert scene.house.state(job_id) is JobState.CANCELED


def test_an_outage_before_the_start_is_no_crash(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    blips = [OperationalError("select", {}, Exception("terminating connection"))]
    whole = supervisor.dataset_prefix

    def away(*given: Any) -> str:
        if blips:
            raise blips.pop()
        return whole(*given)

    monkeypatch.setattr(supervisor, "dataset_prefix", away)
    job = scene.play("result")
    assert (job.state, job.attempt) == (JobState.SUCCEEDED, 1)


def test_checkpoints_that_the_row_names_outlast_an_outage(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the second half of the run nothing is written down; what the row names is still there."""
    job_id = scene.submit("checkpoints")
    whole = Outbox.flush

    def away(outbox: Outbox) -> Any:
        return None if scene.house.job(job_id).checkpoint else whole(outbox)

    monkeypatch.setattr(Outbox, "flush", away)
    monkeypatch.setattr(Outbox, "flush_all", lambda outbox, give_up: None)
    scene.run_one()
    job = scene.house.job(job_id)
    kept = list(scene.house.store.list(f"jobs/{job_id}/checkpoints"))
    assert job.checkpoint["key"] in kept
    steps = [int(Path(key).name.partition("-")[0]) for key in kept]
    assert {*range(job.checkpoint["step"], 5)} <= {*steps}


def test_a_store_that_fails_is_given_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_REST_S", 0.4)
    scene.house.store.delete_prefix(f"datasets/{scene.dataset_id}/canonical")
    began = time.monotonic()
    scene.play("result")
    assert time.monotonic() - began >= 0.4
