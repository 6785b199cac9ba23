"""`facet methods`: what can be asked for."""

from typing import Annotated

import typer

from facet.commands.connection import Url, connect
from facet.terminal import console, show, table


def methods(
    name: Annotated[str | None, typer.Argument(help="Show one method with its parameters.")] = None,
    url: Url = None,
) -> None:
    """List the methods, or show one with the JSON schema of its parameters."""
    with connect(url) as client:
        if name:
            show(client.method(name))
            return
        rows = [(m["name"], m["kind"], m["title"], m["paper"]) for m in client.methods()]
        console.print(table(None, ("method", "kind", "title", "source"), rows))
