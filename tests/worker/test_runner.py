"""The runner alone, as a process, on a tiny dataset."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow.parquet as pq
import pytest

from tests.processes import surviving
from tests.worker.house import SPEC, blobs, write_canonical
from worker.lifeline import command
from worker.messages import EXIT_DRAINED, EXIT_REPORTED, Order


class Runner:
    """One runner that has said that it is ready."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            command("worker.runner"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path.cwd()
        )
        assert next(self.messages())["type"] == "ready"

    def order(
        self, initial_model: Path | None = None, *, predict: bool = False, devices: int = 1, **spec: Any
    ) -> None:
        self.folder.mkdir(exist_ok=True)
        order = Order(
            job_id="job_1",
            attempt=2,
            folder=self.folder,
            dataset=self.folder.parent / "dataset",
            spec=SPEC | spec,
            seed=1,
            outputs={},
            devices=["cpu"] * devices,
            threads=1,
            initial_model=initial_model,
            predict=predict,
            checkpoint_s=0,
        )
        self.process.stdin.write(order.line())
        self.process.stdin.flush()

    def messages(self) -> Iterator[dict[str, Any]]:
        for line in self.process.stdout:
            yield json.loads(line)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "dataset"
    write_canonical(folder, *blobs())
    return folder


def labels(result: dict[str, Any]) -> np.ndarray:
    (path,) = (file["path"] for file in result["files"] if file["name"] == "labels-0.parquet")
    return pq.read_table(path).column("cluster").to_numpy()


def test_a_drained_run_goes_on_elsewhere_to_the_labels_of_an_undisturbed_one(
    tmp_path: Path, dataset: Path
) -> None:
    whole = Runner(tmp_path / "whole")
    whole.order()
    *reports, result = whole.messages()
    assert whole.process.wait() == 0
    assert result["type"] == "result"
    assert {report["type"] for report in reports} == {"progress", "metrics", "checkpoint"}
    assert result["clusterings"][0]["agreement"]["y"]["acc"] > 0
    assert result["environment"]["seed"] == 1
    points = [point for report in reports for point in report.get("points", ())]
    assert {"acc", "nmi", "ari", "intra_class", "inter_class", "silhouette"} <= set(points[-1]["values"])

    first = Runner(tmp_path / "drained")
    first.order(epochs=3)
    next(message for message in first.messages() if message["type"] == "checkpoint")
    first.process.send_signal(signal.SIGUSR1)
    seen = list(first.messages())
    if first.process.wait() == EXIT_DRAINED:
        second = Runner(tmp_path / "drained")
        second.order(epochs=3)
        *_, resumed = second.messages()
        assert second.process.wait() == 0
    else:
        resumed = seen[-1]
    assert np.array_equal(labels(resumed), labels(result))

    third = Runner(tmp_path / "predicting")
    third.order(tmp_path / "whole" / "result", predict=True)
    (told,) = third.messages()
    assert third.process.wait() == 0
    assert np.array_equal(labels(told), labels(result))
    assert told["clusterings"][0]["agreement"] == result["clusterings"][0]["agreement"]


def test_two_processes_die_together_and_go_on_from_their_checkpoint(tmp_path: Path, dataset: Path) -> None:
    first = Runner(tmp_path / "job")
    first.order(devices=2, epochs=100_000)
    next(message for message in first.messages() if message["type"] == "checkpoint")
    (sibling,) = psutil.Process(first.process.pid).children()
    sibling.kill()
    *reports, failure = first.messages()
    assert (first.process.wait(), failure["code"]) == (EXIT_REPORTED, "worker_crashed")
    assert "Process 2 of 2 of the training, on cpu, was killed by SIGKILL" in failure["detail"]
    last = [message for message in reports if message["type"] == "checkpoint"][-1:]

    second = Runner(tmp_path / "job")
    second.order(devices=2, epochs=100_000)
    points = (point for message in second.messages() for point in message.get("points", ()))
    assert next(points)["step"] > sum(message["step"] for message in last)
    (sibling,) = psutil.Process(second.process.pid).children()
    assert os.getpgid(sibling.pid) == os.getpgid(second.process.pid)
    second.process.kill()
    assert surviving([sibling], within_s=2) == []


def test_a_misfit_is_reported_with_its_code(tmp_path: Path, dataset: Path) -> None:
    runner = Runner(tmp_path / "job")
    runner.order(n_clusters=1000)
    (failure,) = runner.messages()
    assert runner.process.wait() == EXIT_REPORTED
    assert (failure["type"], failure["code"]) == ("error", "invalid_data")


def test_without_an_order_it_leaves(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    runner.process.stdin.close()
    assert runner.process.wait() == 0


def test_only_the_runner_side_imports_the_engine() -> None:
    script = "import sys, worker.tasks, worker.sweeper; assert not {'torch', 'sklearn'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path.cwd())
