"""The process that trains: one order on stdin, typed JSON lines on stdout, files in the job folder.

Of a job of several devices it is the leading one, or one of its siblings, which report and keep nothing.

It has no credentials and no database. SIGUSR1 asks for a checkpoint at the end of the epoch and exit code 75;
a cancel is SIGTERM, which simply ends it: all that it leaves on disk is written under another name first.
"""

import errno
import faulthandler
import json
import os
import select
import signal
import sys
import traceback
from dataclasses import dataclass, replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import structlog
import torch
from numpy.typing import NDArray

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.consensus.ensemble import Ensemble
from clustering.describe import Outputs, describe, score, write_result
from clustering.errors import ClusteringError, Drained
from clustering.methods import METHODS
from clustering.modalities import Modalities
from clustering.params import parse
from clustering.ranks import Ranks, joined
from clustering.run import Run, Score, Stop
from worker import logs
from worker.environment import environment
from worker.label_files import clusterings
from worker.messages import EXIT_DRAINED, EXIT_REPORTED, Failure, File, Order, Ready, Result
from worker.siblings import Siblings
from worker.speaker import Speaker

log = structlog.get_logger(__name__)
IDLE_S = 1.0
"""After which a runner without an order loads what only some methods need."""


class Drain:
    """Whether SIGUSR1 has come."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGUSR1, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True

    def stop(self) -> Stop | None:
        """What a run is to be told."""
        return "drain" if self.asked else None


@dataclass(frozen=True)
class Beside:
    """What a process has beside its order."""

    speaker: Speaker
    drain: Drain
    siblings: Siblings
    ranks: Ranks


def train(order: Order, beside: Beside) -> Result | None:
    """Fit or predict, describe, write; a sibling has nothing to add to what the leading process writes.

    True labels are only compared with what comes out, while and after fitting.
    """
    torch.set_num_threads(order.threads)
    x = np.load(order.dataset / "x.npy", mmap_mode="r", allow_pickle=False)
    report = json.loads((order.dataset / "meta.json").read_text())["report"]
    columns, names = true_labels(order.dataset, report)
    run, of_samples = surroundings(order, beside, score(columns)), modalities(order.dataset, report)
    if order.predict and order.initial_model is not None:
        result = engine.apply(order.initial_model, x, run, modalities=of_samples)
    else:
        result = engine.fit(x, parse(order.spec), run, modalities=of_samples)
    beside.siblings.dismiss()
    if not beside.ranks.leads:
        return None
    beside.speaker.flush()
    outputs = Outputs(**order.outputs)
    description = describe(result, x, columns, label_names=names, outputs=outputs)
    files = write_result(description, order.folder / "result")
    kept = any(file.name == engine.MODEL_TENSORS for file in files)
    accepts = kind_of(x, of_samples)
    return Result(
        files=[File(name=file.name, path=file.path, media_type=file.media_type) for file in files],
        clusterings=description.rows(),
        summary=description.summary,
        model={"config": result.method.params.model_dump(mode="json"), "input": accepts} if kept else None,
        environment=environment(order.devices, seed=order.seed),
    )


def kind_of(x: NDArray[Any], beside: Modalities) -> dict[str, Any]:
    """What the samples are; a model that was fitted to them accepts such ones."""
    return {
        "kind": "vectors" if x.ndim == 2 else "images",
        "shape": list(x.shape[1:]),
        "dtype": str(x.dtype),
        "views": beside.views,
        "attributes": list(beside.names),
    }


def surroundings(order: Order, beside: Beside, score: Score | None) -> Run:
    """All of the outside that the order's fit sees; of true labels only what the score says.

    A sibling's is the same but for reports and stops, which are the leading process's alone.
    """
    run = Run(
        seed=order.seed,
        device=order.device,
        ranks=beside.ranks,
        checkpoints=Checkpoints(order.folder / "checkpoints", every_s=order.checkpoint_s),
        initial_model=order.initial_model,
        ensemble=ensemble(order),
        score=score,
    )
    if not beside.ranks.leads:
        return run
    return replace(run, report=beside.speaker.hear, stop=beside.drain.stop)


def ensemble(order: Order) -> Ensemble | None:
    """The clusterings that the order is to merge; None where it is not about any."""
    if not order.ensemble:
        return None
    names, labels = zip(*clusterings(order.ensemble), strict=True)
    return Ensemble.of(labels, names)


def modalities(dataset: Path, report: dict[str, Any]) -> Modalities:
    """Views within the images of a dataset, and the attributes beside them, as its report tells."""
    views, names = report.get("views", 1), tuple(report.get("attributes", ()))
    attributes = np.load(dataset / "attributes.npy", allow_pickle=False) if names else None
    return Modalities(views, attributes, names)


def true_labels(
    dataset: Path, report: dict[str, Any]
) -> tuple[dict[str, NDArray[np.int64]], dict[str, list[str]]]:
    """The label columns of a dataset, (n,) codes each, and the names of their codes."""
    path = dataset / "labels.parquet"
    if not path.exists():
        return {}, {}
    table = pq.read_table(path)
    columns = {name: table.column(name).to_numpy() for name in table.column_names}
    facts = report["labels"]
    return columns, {name: facts[name]["values"] for name in columns if name in facts}


def failure_of(problem: Exception) -> Failure | None:
    """The report that an exception amounts to; None if it is a crash."""
    match problem:
        case ClusteringError():
            return Failure(code=problem.code, detail=problem.detail)
        case torch.OutOfMemoryError():
            hint = "Lower batch_size or the width of the net."
            return Failure(code="out_of_gpu_memory", detail=str(problem)[:500], hint=hint)
        case MemoryError() | RuntimeError() if _no_memory(problem):
            hint = "Use fewer samples, a smaller net, or a worker with more memory."
            return Failure(
                code="out_of_memory", detail=str(problem)[:500] or "No memory was left.", hint=hint
            )
        case OSError(errno=errno.ENOSPC):
            return Failure(code="storage_full", detail="The disk of the worker is full.")
    return None


def _no_memory(problem: Exception) -> bool:
    """Whether no memory was left; PyTorch says so by a RuntimeError on the CPU."""
    return isinstance(problem, MemoryError) or "can't allocate memory" in str(problem)


def carry_out(order: Order, beside: Beside) -> int:
    """Train and say how it went; returns the exit code."""
    speaker = beside.speaker
    try:
        speaker.conclude(train(order, beside))
    except Drained:
        speaker.flush()
        speaker.conclude(None)
        return EXIT_DRAINED
    except Exception as problem:  # noqa: BLE001  every end is reported; what is no known failure is a crash
        speaker.flush()
        traceback.print_exc()
        if (failure := failure_of(problem)) is None:
            beside.siblings.hear_out()
            return 1
        speaker.conclude(failure)
        return EXIT_REPORTED
    return 0


def awaited() -> bytes:
    """The order, empty if none will come; while it is not there, methods are loaded for it."""
    for patience, name in zip(chain([IDLE_S], repeat(0.0)), METHODS, strict=False):
        if select.select([sys.stdin], [], [], patience)[0]:
            break
        METHODS[name]
    return sys.stdin.buffer.readline()


def main() -> int:
    """Wait for an order, carry it out, and say how it went by messages and the exit code."""
    logs.configure()
    faulthandler.enable()
    speaker = Speaker.take_stdout()
    drain = Drain()
    speaker.say(Ready())
    line = awaited()
    if not line:
        return 0
    order = Order.model_validate_json(line)
    with structlog.contextvars.bound_contextvars(job_id=order.job_id, attempt=order.attempt, rank=order.rank):
        log.info("run.began", method=order.spec.get("method"), device=order.device, threads=order.threads)
        siblings = Siblings(order, speaker)
        with joined(order.rank, len(order.devices), f"file://{order.meeting}", order.device) as ranks:
            exit_code = carry_out(order, Beside(speaker, drain, siblings, ranks))
            log.info("run.ended", exit_code=exit_code)
            if exit_code not in (0, EXIT_DRAINED):
                os._exit(exit_code)  # to part in good order from processes that wait for this one may hang
    return exit_code
