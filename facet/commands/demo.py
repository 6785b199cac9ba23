"""`facet demo`: the whole way once, on scikit-learn's handwritten digits."""

import json
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from facet.client import Client
from facet.embedded.home import Home
from facet.embedded.programs import Options
from facet.embedded.service import Service, free_port, interrupt_once
from facet.errors import JobEndedError
from facet.progress import watch_job
from facet.results import Result
from facet.terminal import console, metric_rows, table

SPEC: dict[str, Any] = {
    "method": "dcn",
    "n_clusters": 10,
    "net": {"type": "mlp", "hidden": [512, 256, 128]},
    "pretrain_epochs": 50,
    "epochs": 50,
}
FILES = {
    "labels.csv": ("labels", "text/csv"),
    "embeddings.npy": ("embeddings", "application/x-npy"),
    "projection.csv": ("projections/pca", "text/csv"),
    "clusters.json": ("clusters", "application/json"),
    "curves.json": ("curves", "application/json"),
    "prototypes.png": ("gallery.png", "image/png"),
}


def demo(
    output: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("demo-output"),
) -> None:
    """Start a service, cluster handwritten digits through its API, show and save the results, stop it."""
    interrupt_once()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="facet-demo-") as folder:
        service = Service(Home.of(folder), Options(port=free_port()))
        with service, Client(service.url) as client:
            console.print(f"Facet listens at {service.url} ({time.monotonic() - began:.1f} s)")
            job = _train(client, _upload(client, Path(folder)))
            _show(client.result(job["id"]), job)
            _save(client.result(job["id"]), output)
    console.print(
        f"Stopped after {time.monotonic() - began:.0f} s. The picture is {output / 'prototypes.png'}."
    )


def _upload(client: Client, folder: Path) -> dict[str, Any]:
    """Send the 1,797 images of 8×8 pixels as an npz file, as any client would."""
    import numpy as np
    from sklearn.datasets import load_digits

    digits = load_digits()
    path = folder / "digits.npz"
    np.savez_compressed(path, x=(digits.images * 15.9375).astype(np.uint8), y=digits.target)
    dataset = client.wait_dataset(client.upload(path)["id"], timeout=60)
    console.print(
        f"Uploaded {path.name}: {dataset['id']}, {dataset['n']} {dataset['kind']} of {dataset['shape']}"
    )
    return dataset


def _train(client: Client, dataset: dict[str, Any]) -> dict[str, Any]:
    submitted = client.submit(dataset["id"], SPEC, name="demo")
    console.print(f"Submitted {submitted['id']}: {json.dumps(SPEC)}", soft_wrap=True)
    job = watch_job(client, submitted["id"], timeout=300)
    if job["state"] != "succeeded":
        raise JobEndedError(job)
    return job


def _show(result: Result, job: dict[str, Any]) -> None:
    console.print()
    console.print(table(f"{job['method']} on digits", ("metric", "value"), metric_rows(result.summary())))


def _save(result: Result, output: Path) -> None:
    rows = []
    for name, (part, accept) in FILES.items():
        rows.append((part, accept, result.save(part, output / name, accept=accept)))
    console.print(f"\nResults: GET {result.url('…')}", soft_wrap=True)
    console.print(table(None, ("part", "Accept", "saved as"), rows))
    console.print("The addresses answer while a service runs: `facet up` leaves one running.\n")
