"""From outside: a job is stopped, then the service; the last file of the flow, for it ends the service."""

import time
from contextlib import contextmanager, suppress

import numpy as np
import psutil
import pytest

from facet.errors import ConflictError, UnreachableError
from models.fsck import check
from models.session import Database
from models.store import open_store
from tests.processes import surviving

NEVER_ENDING = {
    "method": "dcn",
    "n_clusters": 3,
    "net": {"type": "mlp", "hidden": [8]},
    "pretrain_epochs": 100_000,
}


@pytest.fixture(scope="module")
def dataset(client):
    x = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)
    return client.wait_dataset(client.upload(x)["id"], timeout=60)


@contextmanager
def running_job(client, dataset):
    """A job of two processes that trains for very long unless it is stopped."""
    job_id = client.submit(dataset["id"], NEVER_ENDING, resources={"devices": 2})["id"]
    try:
        deadline = time.monotonic() + 60
        while not (job := client.job(job_id))["progress"]:
            assert time.monotonic() < deadline, job
            time.sleep(0.1)
        yield job_id
    finally:
        with suppress(ConflictError, UnreachableError):
            client.cancel(job_id)


def processes(service):
    """All of the service that run."""
    started = [psutil.Process(child.pid) for child in service.children]
    return started + [below for parent in started for below in parent.children(recursive=True)]


def siblings(service):
    """The runners that a runner has started."""
    runners = [process for process in processes(service) if is_runner(process)]
    return [runner for runner in runners if is_runner(runner.parent())]


def is_runner(process):
    with suppress(psutil.NoSuchProcess):
        return process is not None and "worker.runner" in process.cmdline()
    return False


def test_a_running_job_can_be_canceled(service, client, dataset):
    with running_job(client, dataset) as job_id:
        (beside,) = siblings(service)
        client.cancel(job_id)
        assert client.wait(job_id, timeout=60)["state"] == "canceled"
        assert surviving([beside], within_s=5) == []
    with pytest.raises(ConflictError):
        client.act(job_id, "pause")


def test_the_invariants_hold(service):
    with Database(service.home.database_url).read() as session:
        assert check(session, open_store(service.home.store_url)) == []


def test_stopping_in_the_middle_of_a_job_leaves_no_process(service, client, dataset):
    with running_job(client, dataset):
        everything = processes(service)
        assert len(siblings(service)) == 1
        service.stop()
        assert surviving(everything, within_s=5) == []
