"""`facet up`: the whole service in the foreground."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from facet.embedded.home import Home
from facet.embedded.programs import Options
from facet.embedded.service import Service, interrupt_once
from facet.terminal import console

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Folder of the data; FACET_HOME, else ./facet-data.")
]


def up(
    home: HomeOption = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but loopback needs API keys.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Jobs that train at the same time.")] = 1,
    db: Annotated[str | None, typer.Option(help="Database instead of SQLite: postgresql+psycopg://…")] = None,
    broker: Annotated[str | None, typer.Option(help="Broker instead of a folder: redis://…")] = None,
    store: Annotated[str | None, typer.Option(help="Store instead of a folder: s3://bucket/prefix")] = None,
) -> None:
    """Run the service until Ctrl-C: API, workers and sweeper, with SQLite and files in one folder."""
    options = Options(
        host=host,
        port=port,
        workers=workers,
        database_url=db or os.environ.get("MODELS_DATABASE_URL"),
        broker_url=broker or os.environ.get("WORKER_BROKER_URL"),
        store_url=store or os.environ.get("MODELS_STORE_URL"),
    )
    interrupt_once()
    service = Service(Home.of(home), options, say=lambda line: console.print(f"[yellow]{line}[/yellow]"))
    try:
        with service:
            _announce(service)
            while True:
                time.sleep(0.5)
                service.check()
    except KeyboardInterrupt:
        console.print("Stopped.")


def _announce(service: Service) -> None:
    console.print(
        f"Facet listens at [bold]{service.url}[/bold] (documentation: {service.url}/docs)", soft_wrap=True
    )
    console.print(f"Data and logs are in {service.home.path}. Ctrl-C stops everything.", soft_wrap=True)
