"""A runner that plays a part: `spec["play"]` says which. Only the standard library, so it starts at once."""

import ctypes
import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path


def say(**message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def progress(step: int = 1) -> None:
    say(
        type="progress",
        stage="cluster",
        stage_index=0,
        stages=1,
        epoch=step,
        epochs=9,
        step=step,
        fraction=0.1,
    )
    say(type="metrics", points=[{"step": step, "stage": "cluster", "epoch": step, "values": {"loss": 1.0}}])


def checkpoint(folder: Path, step: int = 1) -> None:
    body = b"weights" * step
    digest = hashlib.sha256(body).hexdigest()
    path = folder / "checkpoints" / f"{step:010d}-{digest}.safetensors"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    where = {"stage": "cluster", "epoch": step, "step": step}
    say(type="checkpoint", path=str(path), sha256=digest, size_bytes=len(body), **where)


def result(folder: Path) -> None:
    path = folder / "labels-0.parquet"
    path.write_bytes(b"labels")
    cluster = {"index": 0, "size": 3, "share": 1.0}
    row = {"index": 0, "name": "main", "n_clusters": 1, "clusters": [cluster]}
    file = {"name": path.name, "path": str(path), "media_type": "application/vnd.apache.parquet"}
    say(type="result", files=[file], clusterings=[row], summary={"n": 3}, model=None, environment={"seed": 0})


def drained(folder: Path) -> None:
    def obey(*_: object) -> None:
        checkpoint(folder, 2)
        os._exit(75)

    signal.signal(signal.SIGUSR1, obey)
    progress()
    time.sleep(60)


def stubborn(folder: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, signal.SIG_IGN)
    progress()
    while True:
        time.sleep(60)


def once_then_result(folder: Path) -> None:
    """Crashes unless there is a checkpoint to resume from."""
    if not list((folder / "checkpoints").glob("*.safetensors")):
        checkpoint(folder)
        progress()
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGSEGV)
    result(folder)


PARTS = {
    "result": result,
    "error": lambda _: (say(type="error", code="diverged", detail="The loss became nan."), sys.exit(3)),
    "memory": lambda _: (say(type="error", code="out_of_memory", detail="No memory."), sys.exit(3)),
    "sibling": lambda _: (say(type="error", code="worker_crashed", detail="Process 2 ended."), sys.exit(3)),
    "kill": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "segfault": lambda _: ctypes.string_at(0),
    "exit": lambda _: (sys.stderr.write("Traceback: see postgres://me:secret@host/db\n"), os._exit(13)),
    "terminated": lambda _: os.kill(os.getpid(), signal.SIGTERM),
    "garbage": lambda folder: (sys.stdout.write('not json\n{"type":"unknown"}\n'), result(folder)),
    "long_line": lambda folder: (sys.stdout.write("x" * 10_000_000 + "\n"), result(folder)),
    "endless_line": lambda _: [sys.stdout.write("x" * 1_000_000) for _ in range(200)],
    "deaf": lambda _: (progress(), signal.signal(signal.SIGUSR1, signal.SIG_DFL), time.sleep(60)),
    "hang": lambda _: (progress(), time.sleep(60)),
    "drained": drained,
    "stubborn": stubborn,
    "resumes": once_then_result,
    "checkpoints": lambda folder: (
        [checkpoint(folder, step) or time.sleep(0.6) for step in (1, 2, 3, 4)] and result(folder)
    ),
    "leaves_children": lambda folder: (os.fork() == 0 and time.sleep(60), result(folder)),
}


if __name__ == "__main__":
    say(type="ready")
    order = json.loads(sys.stdin.readline() or "null")
    if order:
        PARTS[order["spec"]["play"]](Path(order["folder"]))
