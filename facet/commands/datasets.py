"""`facet datasets`: upload, list, show, delete."""

import json
from pathlib import Path
from typing import Annotated

import typer

from facet.commands.connection import Url, connect
from facet.terminal import age, console, show, table

cli = typer.Typer(help="Datasets of the project.", no_args_is_help=True)
Dataset = Annotated[str, typer.Argument(help="Id, or name where it is unique.")]


@cli.command()
def upload(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="npy, npz, csv, parquet, or zip of images.")
    ],
    name: Annotated[str | None, typer.Option(help="By default the name of the file.")] = None,
    options: Annotated[str | None, typer.Option(help="JSON: how to read the file.")] = None,
    url: Url = None,
) -> None:
    """Upload a file and wait until the dataset is ready."""
    with connect(url) as client:
        sent = client.upload(file, name=name, options=json.loads(options) if options else None)
        show(client.wait_dataset(sent["id"]))


@cli.command("list")
def list_datasets(url: Url = None) -> None:
    """List the datasets, newest first."""
    with connect(url) as client:
        rows = [
            (d["id"], d["name"], d["state"], d["kind"], d["n"], age(d["created_at"]))
            for d in client.datasets()
        ]
        console.print(table(None, ("id", "name", "state", "kind", "n", "age"), rows))


@cli.command("show")
def show_dataset(dataset: Dataset, url: Url = None) -> None:
    """Show a dataset and its report."""
    with connect(url) as client:
        show(client.dataset(dataset))


@cli.command()
def delete(dataset: Dataset, url: Url = None) -> None:
    """Delete a dataset that no live job uses."""
    with connect(url) as client:
        client.delete_dataset(client.dataset(dataset)["id"])
