"""`facet presets`: experiments of papers that can be repeated by name."""

from typing import Annotated

import typer

from facet.commands.connection import Url, connect
from facet.terminal import console, show, table

cli = typer.Typer(
    help="Experiments of papers, repeated by `facet jobs submit --preset`.", no_args_is_help=True
)


@cli.command("list")
def list_presets(
    method: Annotated[str | None, typer.Option("--method", "-m", help="Such as dec,idec.")] = None,
    url: Url = None,
) -> None:
    """List the presets with what their papers report, in percent."""
    with connect(url) as client:
        rows = [
            (p["name"], p["dataset"]["name"], *_reported(p["figure"]))
            for p in client.presets(**({"method": method} if method else {}))
        ]
        console.print(table(None, ("preset", "data", "ACC", "NMI", "ARI"), rows))


@cli.command("show")
def show_preset(
    name: Annotated[str, typer.Argument(help="Such as brb/dcn-cifar10.")], url: Url = None
) -> None:
    """Show a preset: its whole spec, its data, the paper's figure, what departs from the paper."""
    with connect(url) as client:
        show(client.preset(name))


def _reported(figure: dict[str, float | None] | None) -> list[str]:
    values = [figure[metric] for metric in ("acc", "nmi", "ari")] if figure else [None] * 3
    return ["" if value is None else f"{value:.2f}" for value in values]
