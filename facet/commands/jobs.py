"""`facet jobs`: submit, predict, list, show, watch, cancel, result."""

import json
from pathlib import Path
from typing import Annotated

import typer

from facet.client import Client
from facet.commands.connection import Url, connect
from facet.progress import watch_job
from facet.terminal import age, clustering_table, console, metric_rows, show, table

cli = typer.Typer(help="Jobs of the project.", no_args_is_help=True)
JobId = Annotated[str, typer.Argument(help="Id of the job.")]
FILES = {"labels.csv": ("labels", "text/csv"), "embeddings.npy": ("embeddings", "application/x-npy")}


@cli.command()
def submit(
    dataset: Annotated[str, typer.Argument(help="Id, or name where it is unique.")],
    method: Annotated[str | None, typer.Option("--method", "-m", help="dcn, if no preset is given.")] = None,
    clusters: Annotated[int | None, typer.Option("--clusters", "-k", min=2)] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="name=value, value as JSON.")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="A paper's experiment, to which the parameters given are changes.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    devices: Annotated[int, typer.Option(min=1, help="GPUs of one machine that train together.")] = 1,
    watch: Annotated[bool, typer.Option(help="Follow the job until it ends.")] = False,
    url: Url = None,
) -> None:
    """Queue a job."""
    resources = {"devices": devices} if devices > 1 else None
    given = {**({"n_clusters": clusters} if clusters else {}), **_parameters(param or [])}
    named = {"method": method} if method else {}
    with connect(url) as client:
        if preset:
            job = client.submit(
                dataset, seed=seed, preset=preset, overrides={**named, **given}, resources=resources
            )
        else:
            job = client.submit(dataset, {"method": "dcn", **named, **given}, seed=seed, resources=resources)
        if watch:
            _follow(client, job["id"])
        else:
            show(job)


@cli.command()
def predict(
    model: Annotated[str, typer.Argument(help="Id of a trained model.")],
    dataset: Annotated[str, typer.Argument(help="Id, or name where it is unique, of the new samples.")],
    watch: Annotated[bool, typer.Option(help="Follow the job until it ends.")] = False,
    url: Url = None,
) -> None:
    """Queue a job that assigns new samples to a trained model's clusters."""
    with connect(url) as client:
        job = client.predict(model, dataset)
        if watch:
            _follow(client, job["id"])
        else:
            show(job)


@cli.command("list")
def list_jobs(
    state: Annotated[str | None, typer.Option(help="Such as running,queued.")] = None, url: Url = None
) -> None:
    """List the jobs, newest first."""
    with connect(url) as client:
        found = client.jobs(**({"state": state} if state else {}))
        rows = [(j["id"], j["method"], j["state"], j["dataset"], age(j["created_at"])) for j in found]
        console.print(table(None, ("id", "method", "state", "dataset", "age"), rows))


@cli.command("show")
def show_job(job_id: JobId, url: Url = None) -> None:
    """Show a job."""
    with connect(url) as client:
        show(client.job(job_id))


@cli.command()
def watch(job_id: JobId, url: Url = None) -> None:
    """Follow a job until it ends; Ctrl-C stops watching, or cancels if you say so."""
    with connect(url) as client:
        _follow(client, job_id)


@cli.command()
def cancel(job_id: JobId, url: Url = None) -> None:
    """Cancel a job."""
    with connect(url) as client:
        show(client.cancel(job_id))


@cli.command()
def result(
    job_id: JobId,
    to: Annotated[Path | None, typer.Option("--to", help="Folder to save labels and embeddings in.")] = None,
    clustering: Annotated[int, typer.Option(min=0, help="Which, of a job that yields several.")] = 0,
    url: Url = None,
) -> None:
    """Show the metrics of a succeeded job, and save its files."""
    with connect(url) as client:
        found = client.result(job_id, clustering=clustering)
        summary = found.summary()
        if len(several := summary.get("clusterings") or []) > 1:
            console.print(clustering_table(several))
        console.print(table(None, ("metric", "value"), metric_rows(summary)))
        for name, (part, accept) in FILES.items() if to else ():
            console.print(f"{found.save(part, Path(to or '.', name), accept=accept)}")


def _follow(client: Client, job_id: str) -> None:
    try:
        job = watch_job(client, job_id)
    except KeyboardInterrupt:
        if typer.confirm(f"\nCancel {job_id}?", default=False):
            client.cancel(job_id)
        raise typer.Exit(130) from None
    console.print(f"{job_id} is {job['state']}")
    if job["state"] != "succeeded":
        show(job.get("error"))
        raise typer.Exit(1)


def _parameters(given: list[str]) -> dict[str, object]:
    pairs = [item.partition("=") for item in given]
    return {name: _value(text) for name, _, text in pairs}


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
