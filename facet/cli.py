"""The `facet` command: a service on this machine, and a client of any."""

import sys

import typer

from facet.commands import admin, datasets, demo, jobs, maintenance, methods, presets, up
from facet.errors import FacetError
from facet.terminal import fail

cli = typer.Typer(
    help="Deep clustering as a service.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.command("up")(up.up)
cli.command("demo")(demo.demo)
cli.add_typer(datasets.cli, name="datasets")
cli.add_typer(jobs.cli, name="jobs")
cli.command("methods")(methods.methods)
cli.add_typer(presets.cli, name="presets")
cli.add_typer(admin.cli, name="admin")
cli.command("migrate")(maintenance.migrate)
cli.command("fsck")(maintenance.fsck)


def app() -> None:
    """Run the command; what a person can mend is one line on stderr, not a traceback."""
    try:
        cli()
    except FacetError as error:
        fail(error)
        sys.exit(1)
