"""`facet migrate` and `facet fsck`: straight on the database and the store."""

import typer

from facet.terminal import console, table


def migrate() -> None:
    """Bring the database of MODELS_DATABASE_URL to the newest schema."""
    from migrations.apply import upgrade
    from models.settings import ModelsSettings

    upgrade(ModelsSettings().database_url)


def fsck() -> None:
    """Check the invariants of the database and the store; exit 1 if one is broken."""
    from models.fsck import check

    from models.session import Database
    from models.settings import ModelsSettings
    from models.store import open_store

    settings = ModelsSettings()
    database = Database(settings.database_url)
    with database.read() as session:
        broken = check(session, open_store(settings.store_url))
    if broken:
        rows = [(found.invariant, found.subject, found.detail) for found in broken]
        console.print(table(None, ("invariant", "subject", "detail"), rows))
        raise typer.Exit(1)
    console.print("Every invariant holds.")
