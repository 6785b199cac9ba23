"""A supervisor against runners that play every part, as real processes."""

import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from models import lifecycle, queries, queue
from models.attempt import Cause
from models.job import Job, JobState
from tests.worker.scene import Scene
from worker.supervisor import affordable, supervise


def test_a_result_is_published_with_its_files(scene: Scene) -> None:
    job = scene.play("result")
    assert job.state is JobState.SUCCEEDED
    with scene.house.database.read() as session:
        (file,) = queries.artifacts(session, job.project_id, job.id)
    assert file.key == f"jobs/{job.id}/a1/labels-0.parquet"
    assert scene.house.store.get(file.key) == b"labels"


def test_a_reported_error_fails_the_job_at_once(scene: Scene) -> None:
    job = scene.play("error")
    assert (job.state, job.error["code"]) == (JobState.FAILED, "diverged")


def test_running_out_of_memory_is_tried_once_more(scene: Scene) -> None:
    job = scene.play("memory")
    assert (job.state, job.crashes) == (JobState.QUEUED, 1)
    scene.run_one()
    assert scene.house.job(job.id).error["code"] == "out_of_memory"


@pytest.mark.parametrize(
    ("play", "number", "code"),
    [("kill", signal.SIGKILL, None), ("segfault", signal.SIGSEGV, None), ("exit", None, 13)],
)
def test_a_crash_goes_back_to_the_queue_once_with_its_cause(
    scene: Scene, play: str, number: int | None, code: int | None
) -> None:
    job = scene.play(play)
    assert job.state is JobState.QUEUED
    (first,) = scene.attempts(job)
    assert (first.cause, first.signal, first.exit_code) == (Cause.CRASH, number, code)
    assert first.peak_rss_bytes > 2**20
    scene.run_one()
    job = scene.house.job(job.id)
    assert (job.state, job.error["code"]) == (JobState.FAILED, "worker_crashed")


def test_the_last_words_of_a_crash_are_kept_without_secrets(scene: Scene) -> None:
    job = scene.play("exit")
    scene.run_one()
    tail = scene.house.job(job.id).error["log_tail"]
    assert "Traceback" in tail
    assert "secret" not in tail


def test_a_runner_ended_from_outside_is_a_loss_of_the_worker(scene: Scene) -> None:
    job = scene.play("terminated")
    assert (job.state, job.infra_losses, job.crashes) == (JobState.QUEUED, 1, 0)


@pytest.mark.parametrize("play", ["garbage", "long_line", "leaves_children"])
def test_noise_on_the_pipe_and_children_left_behind_do_no_harm(scene: Scene, play: str) -> None:
    assert scene.play(play).state is JobState.SUCCEEDED


def test_a_line_without_an_end_is_a_crash(scene: Scene) -> None:
    job = scene.play("endless_line")
    assert (job.state, job.crashes) == (JobState.QUEUED, 1)


@pytest.mark.parametrize("play", ["hang", "stubborn"])
def test_a_cancel_ends_the_runner_whether_it_listens_or_not(scene: Scene, play: str) -> None:
    job_id = scene.submit(play)
    owner = scene.meanwhile(job_id, lifecycle.cancel)
    scene.run_one()
    owner.join()
    job = scene.house.job(job_id)
    assert job.state is JobState.CANCELED
    assert scene.attempts(job)[0].cause is Cause.CANCELED


def test_a_pause_keeps_the_checkpoint_and_a_resume_goes_on_from_it(scene: Scene) -> None:
    job_id = scene.submit("drained")
    owner = scene.meanwhile(job_id, lifecycle.pause)
    scene.run_one()
    owner.join()
    job = scene.house.job(job_id)
    assert (job.state, job.checkpoint["step"]) == (JobState.PAUSED, 2)
    assert scene.house.store.exists(job.checkpoint["key"])


@pytest.mark.parametrize("play", ["drained", "stubborn"])
def test_a_drain_gives_the_job_back_at_no_charge(scene: Scene, play: str) -> None:
    job_id = scene.submit(play)
    owner = scene.meanwhile(job_id, lambda *_: scene.station.shift.end())
    scene.run_one()
    owner.join()
    job = scene.house.job(job_id)
    assert (job.state, job.infra_losses, job.crashes) == (JobState.QUEUED, 0, 0)
    assert scene.attempts(job)[0].cause is Cause.DRAIN


def test_a_job_past_its_time_limit_fails(scene: Scene) -> None:
    job = scene.play("hang", max_duration_s=0.5)
    assert (job.state, job.error["code"]) == (JobState.FAILED, "timeout")
    assert scene.attempts(job)[0].cause is Cause.TIMEOUT


def test_a_resumed_runner_finds_the_checkpoint_of_the_one_before(scene: Scene) -> None:
    job = scene.play("resumes")
    assert (job.state, job.crashes, job.checkpoint["step"]) == (JobState.QUEUED, 1, 1)
    scene.run_one()
    assert scene.house.state(job.id) is JobState.SUCCEEDED


def test_the_store_keeps_only_the_newest_checkpoints(scene: Scene) -> None:
    job = scene.play("checkpoints")
    kept = sorted(scene.house.store.list(f"jobs/{job.id}/checkpoints"))
    assert job.checkpoint["key"] == kept[-1]
    assert job.checkpoint["previous"]["key"] == kept[-2]
    assert len(kept) <= 3


def test_a_sibling_that_dies_costs_an_attempt_and_then_the_job_with_its_reason(scene: Scene) -> None:
    job = scene.play("sibling")
    assert (job.state, job.crashes, scene.attempts(job)[0].cause) == (JobState.QUEUED, 1, Cause.CRASH)
    scene.run_one()
    error = scene.house.job(job.id).error
    assert (error["code"], error["detail"]) == ("worker_crashed", "Process 2 ended.")


def test_after_running_out_of_gpu_memory_the_batches_are_half_as_large(scene: Scene) -> None:
    job = Job(spec={"method": "dcn", "batch_size": 256}, gpu_ooms=0)
    assert affordable(job) == job.spec
    job.gpu_ooms = 1
    assert affordable(job)["batch_size"] == 128


def test_a_lost_lease_kills_the_runner_and_writes_nothing(scene: Scene) -> None:
    job_id = scene.submit("stubborn")

    def expire(session: Any, _: str, job_id: str) -> None:
        job = session.get(Job, job_id)
        held = lifecycle.Lease(job_id, job.attempt, job.lease_token)
        lifecycle.release(session, held, Cause.INFRA, lifecycle.AttemptOutcome())

    owner = scene.meanwhile(job_id, expire)
    scene.run_one()
    owner.join()
    job = scene.house.job(job_id)
    assert (job.state, job.attempt, len(scene.attempts(job))) == (JobState.QUEUED, 1, 1)


def test_an_outage_of_the_database_costs_no_attempt(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    back_at = time.monotonic() + 1.5
    whole = type(scene.house.database).write

    def away(self: Any) -> Any:
        if threading.current_thread() is threading.main_thread() and time.monotonic() < back_at:
            raise OperationalError("select", {}, Exception("server closed the connection"))
        return whole(self)

    job_id = scene.submit("result")
    with scene.house.database.write() as session:
        claim = queue.claim(session, pool="cpu", worker="w1", lease_s=5)
        session.commit()
    monkeypatch.setattr(type(scene.house.database), "write", away)
    supervise(scene.station, claim)
    assert time.monotonic() >= back_at
    assert scene.house.state(job_id) is JobState.SUCCEEDED


def test_a_store_without_room_gives_the_job_back_and_says_so(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(scene.house.store), "put_file", full)
    job = scene.play("result")
    assert (job.state, job.infra_losses) == (JobState.QUEUED, 1)
    assert not list(scene.house.store.list(f"jobs/{job.id}"))


def test_a_missing_dataset_does_not_end_the_worker(scene: Scene) -> None:
    scene.house.store.delete_prefix(f"datasets/{scene.dataset_id}/canonical")
    job = scene.play("result")
    assert (job.state, job.infra_losses) == (JobState.QUEUED, 1)


def test_a_runner_sees_no_credentials(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELS_DATABASE_URL", "postgresql://me:secret@db/facet")
    child = scene.station.warm.take()
    while not list(child.lines()):
        time.sleep(0.01)
    environment = Path(f"/proc/{child.pid}/environ").read_bytes()
    child.bury()
    assert b"secret" not in environment
    assert b"OMP_WAIT_POLICY=passive" in environment
