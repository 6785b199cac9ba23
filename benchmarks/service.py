"""What the service adds to a fit: `python -m benchmarks.service`.

1. The API process: seconds to the first answer, resident memory when idle, whether torch is mapped.
2. With a warm runner: seconds from the claim to the first epoch.
3. Seconds of a job from submission to end, against the same fit in a warm process.
4. The API's peak resident memory while a file of 2 GiB goes in through the client.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
from rich.console import Console
from sklearn.datasets import load_digits

from benchmarks.machine import machine, peak_mib
from benchmarks.suites import options_of
from facet.client import Client
from facet.embedded.child import Child, Program
from facet.embedded.home import Home
from facet.embedded.programs import Options, environment
from facet.embedded.service import Service, free_port
from facet.errors import DatasetRejectedError
from facet.terminal import table

SETTLED_PERCENT = 10.0
RESULTS = Path(__file__).parent / "results"
WARM_UP_S = 8.0
UPLOAD_BYTES, UPLOAD_FEATURES = 2 << 30, 1024
DISK_FOR_UPLOAD = 4
"""Times the file's size: it, what the API stores, the canonical form, and room."""
SPEC = {
    "method": "dcn",
    "n_clusters": 10,
    "net": {"type": "mlp", "hidden": [512, 256, 128]},
    "pretrain_epochs": 100,
    "epochs": 100,
}
WARM_PROCESS = """
import json, sys, time
import numpy as np, torch
from clustering.engine import fit
from clustering.params import parse
from clustering.run import Run
order = json.loads(sys.stdin.readline())
torch.set_num_threads(order["threads"])
x, spec = np.load(order["path"])["x"], order["spec"]
fit(x, parse({**spec, "pretrain_epochs": 2, "epochs": 2}), Run(seed=0))
for _ in sys.stdin:
    began = time.perf_counter()
    fit(x, parse(spec), Run(seed=0))
    print(time.perf_counter() - began, flush=True)
"""


def main() -> None:
    """Measure, print, write."""
    parser = options_of("benchmarks.service", __doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=PARTS, help="one part; all if left out")
    options = parser.parse_args()
    found: dict[str, Any] = {"machine": machine(), "spec": SPEC, "repeats": options.repeats}
    with tempfile.TemporaryDirectory(prefix="facet-benchmark-") as folder:
        for part in [options.only] if options.only else PARTS:
            home = Home.of(Path(folder, part))
            with Service(home, Options(port=free_port())) as service:
                settle()
                found[part] = PARTS[part](service, Path(folder), options.repeats)
            shutil.rmtree(home.path)
    found["verdict"] = verdict(found)
    show(found)
    RESULTS.mkdir(exist_ok=True)
    name = f"service-{options.only}" if options.only else "service"
    (RESULTS / f"{name}-{datetime.now(UTC):%Y-%m-%d}.json").write_text(json.dumps(found, indent=2) + "\n")
    raise SystemExit(not all(row["holds"] for row in found["verdict"].values()))


def settle() -> None:
    """Wait until the machine is quiet again: a service that just started warms up its runners."""
    while psutil.cpu_percent(interval=1.0) > SETTLED_PERCENT:
        pass


def write_digits(folder: Path) -> Path:
    """scikit-learn's digits as an npz of images."""
    digits = load_digits()
    path = folder / "digits.npz"
    np.savez(path, x=(digits.images * 15.9375).astype(np.uint8), y=digits.target)
    return path


def measure_api(service: Service, _folder: Path, repeats: int) -> dict[str, Any]:
    """Start APIs beside the running service, on its database."""
    runs = []
    for _ in range(repeats):
        port = free_port()
        settings = environment(service.home, Options(port=port))
        with child(Program("api-measured", ["-m", "api"], settings), service.home.logs) as (began, api):
            started_s = answered(f"http://127.0.0.1:{port}/healthz") - began
            httpx.get(f"http://127.0.0.1:{port}/readyz")
            time.sleep(2.0)
            process = psutil.Process(api.pid)
            maps = Path(f"/proc/{process.pid}/maps").read_text()
            runs.append((started_s, process.memory_info().rss / 2**20, "libtorch" in maps))
    starts, sizes, torches = zip(*runs, strict=True)
    return {"start_s": list(starts), "idle_rss_mib": list(sizes), "torch_mapped": any(torches)}


@contextmanager
def child(program: Program, logs: Path) -> Iterator[tuple[float, Child]]:
    """A process and the moment of its start."""
    started = Child(program, logs)
    began = time.perf_counter()
    started.start()
    try:
        yield began, started
    finally:
        started.kill()


def answered(url: str) -> float:
    """The moment of the first good answer."""
    while True:
        try:
            if httpx.get(url, timeout=1.0).status_code == 200:
                return time.perf_counter()
        except httpx.TransportError:
            time.sleep(0.01)


def measure_jobs(service: Service, folder: Path, repeats: int) -> dict[str, Any]:
    """In turn a job, with a warm runner waiting, and the same fit in a process that has fitted before."""
    path = write_digits(folder)
    trainer = next(child for child in service.children if child.program.name == "worker-0")
    threads = int(trainer.program.environment["WORKER_THREADS"])
    found: dict[str, Any] = {"threads": threads, "claim_to_first_epoch_s": [], "job_s": [], "fit_s": []}
    with Client(service.url) as client, warm_process(path, threads) as fit_s:
        dataset = client.wait_dataset(client.upload(path)["id"])
        client.wait(client.submit(dataset["id"], {"method": "kmeans", "n_clusters": 10})["id"])
        fit_s()
        for _ in range(repeats):
            time.sleep(WARM_UP_S)
            began = time.perf_counter()
            job = client.wait(client.submit(dataset["id"], SPEC)["id"])
            found["job_s"].append(time.perf_counter() - began)
            if job["state"] != "succeeded":
                raise SystemExit(f"{job['id']} is {job['state']}: {job['error']}")
            found["claim_to_first_epoch_s"].append(claim_to_first_epoch_s(client, job["id"]))
            time.sleep(WARM_UP_S)
            found["fit_s"].append(fit_s())
    return found


def claim_to_first_epoch_s(client: Client, job_id: str) -> float:
    """From `job.started` to the first progress that names an epoch, by the database's clock."""
    events = httpx.get(f"{client.url}/v1/jobs/{job_id}/events", params={"limit": 500}).json()["data"]
    times = {kind: moment(events, kind) for kind in ("job.started", "job.progress")}
    return (times["job.progress"] - times["job.started"]).total_seconds()


def moment(events: list[dict[str, Any]], kind: str) -> datetime:
    """When the first event of a kind was written."""
    return next(datetime.fromisoformat(event["time"]) for event in events if event["type"] == kind)


@contextmanager
def warm_process(path: Path, threads: int) -> Iterator[Callable[[], float]]:
    """A process that repeats the fit on demand, in a runner's environment, and says how long it took."""
    order = {"path": str(path), "spec": SPEC, "threads": threads}
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": str(threads)}
    with subprocess.Popen(
        [sys.executable, "-c", WARM_PROCESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdin and process.stdout

        def ask(line: str) -> None:
            process.stdin.write(line + "\n")
            process.stdin.flush()

        def fit_s() -> float:
            ask("")
            return float(process.stdout.readline())

        ask(json.dumps(order))
        yield fit_s
        process.stdin.close()


def measure_upload(service: Service, folder: Path, _repeats: int) -> dict[str, Any]:
    """Send one large file; peaks are of the API process since its start, and so include the start."""
    if shutil.disk_usage(folder).free < DISK_FOR_UPLOAD * UPLOAD_BYTES:
        raise SystemExit(f"{folder} has less than {DISK_FOR_UPLOAD} times {UPLOAD_BYTES} bytes left")
    path = folder / "large.npy"
    rows = UPLOAD_BYTES // UPLOAD_FEATURES
    np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=(rows, UPLOAD_FEATURES)).flush()
    api = service.children[0].pid
    before = peak_mib(api)
    with Client(service.url) as client:
        began = time.perf_counter()
        dataset = client.upload(path)
        sent_s, while_sent = time.perf_counter() - began, peak_mib(api)
        path.unlink()
        found = ended(client, dataset["id"])
        ended_s = time.perf_counter() - began
        client.delete_dataset(dataset["id"])
    found |= {"bytes": UPLOAD_BYTES, "sent_s": sent_s, "ended_s": ended_s, "peak_before_mib": before}
    return found | {"peak_mib": while_sent, "peak_when_ended_mib": peak_mib(api)}


def ended(client: Client, dataset_id: str) -> dict[str, Any]:
    """The state that the checks of a dataset end in, and why if it was refused."""
    try:
        dataset = client.wait_dataset(dataset_id)
    except DatasetRejectedError:
        dataset = client.dataset(dataset_id)
    return {name: dataset[name] for name in ("state", "n", "error")}


PARTS = {"api": measure_api, "jobs": measure_jobs, "upload": measure_upload}


def verdict(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Medians against their limits, of the parts that were measured."""
    rows: dict[str, tuple[float, float]] = {}
    if api := found.get("api"):
        rows["API start, s"] = (statistics.median(api["start_s"]), 1.5)
        rows["API idle memory, MiB"] = (statistics.median(api["idle_rss_mib"]), 150.0)
        rows["torch in the API"] = (float(api["torch_mapped"]), 0.0)
    if jobs := found.get("jobs"):
        rows["claim to first epoch, s"] = (statistics.median(jobs["claim_to_first_epoch_s"]), 1.0)
        limit = statistics.median(jobs["fit_s"]) * 1.05 + 2.0
        rows["job through the service, s"] = (statistics.median(jobs["job_s"]), limit)
    if upload := found.get("upload"):
        rows["API peak memory at 2 GiB, MiB"] = (upload["peak_when_ended_mib"], 250.0)
        rows["2 GiB refused"] = (float(upload["state"] != "ready"), 0.0)
    return {name: {"met": met, "limit": limit, "holds": met <= limit} for name, (met, limit) in rows.items()}


def show(found: dict[str, Any]) -> None:
    """The table."""
    verdicts = found["verdict"].items()
    rows = [(name, row["met"], row["limit"], "yes" if row["holds"] else "NO") for name, row in verdicts]
    console = Console()
    console.print(table(None, ("", "median", "limit", "holds"), rows))
    if jobs := found.get("jobs"):
        fit_s = statistics.median(jobs["fit_s"])
        console.print(f"The same fit in a warm process: {fit_s:.2f} s, {jobs['threads']} threads.")


if __name__ == "__main__":
    main()
