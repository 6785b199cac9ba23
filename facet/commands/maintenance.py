"""`facet migrate` and `facet fsck`: straight on the database and the store."""

import typer

from facet.commands.database import database_url, store_url
from facet.terminal import console, table


def migrate() -> None:
    """Bring the database to the newest schema."""
    from migrations.apply import upgrade

    upgrade(database_url())


def fsck() -> None:
    """Check the invariants of the database and the store; exit 1 if one is broken."""
    from models.fsck import check
    from models.session import Database
    from models.store import open_store

    with Database(database_url()).read() as session:
        broken = check(session, open_store(store_url()))
    if broken:
        rows = [(found.invariant, found.subject, found.detail) for found in broken]
        console.print(table(None, ("invariant", "subject", "detail"), rows))
        raise typer.Exit(1)
    console.print("Every invariant holds.")
