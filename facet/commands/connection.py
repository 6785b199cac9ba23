"""Which server a command talks to."""

import os
from typing import Annotated

import typer

from facet.client import Client
from facet.embedded.home import Home

Url = Annotated[str | None, typer.Option("--url", help="Address of the server; FACET_URL.")]


def connect(url: str | None = None) -> Client:
    """The given server, else FACET_URL, else the one that `facet up` runs in the home, else the default."""
    return Client(url or os.environ.get("FACET_URL") or _at_home())


def _at_home() -> str | None:
    running = Home.of().running()
    return str(running["url"]) if running and "url" in running else None
