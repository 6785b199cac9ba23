"""`facet admin`: API keys, straight on the database."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from facet.commands.database import writing
from facet.errors import FacetError
from facet.terminal import console, table

cli = typer.Typer(help="What only the owner of the database may do.", no_args_is_help=True)
keys = typer.Typer(help="API keys of projects.", no_args_is_help=True)
cli.add_typer(keys, name="keys")
Project = Annotated[str, typer.Option(help="Name of the project.")]


@keys.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is.")],
    project: Project = "default",
    scope: Annotated[list[str] | None, typer.Option(help="Repeatable; by default all but admin.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days until it expires; by default never.")] = None,
) -> None:
    """Make a key and print it: the only time that it is shown. A new project name makes the project."""
    from models import clock, projects
    from models import keys as api_keys

    scopes = scope or [known for known in sorted(api_keys.SCOPES) if known != "admin"]
    if unknown := set(scopes) - set(api_keys.SCOPES):
        raise FacetError(
            f"Unknown scope {sorted(unknown)}; known: {sorted(api_keys.SCOPES)}", code="unknown_scope"
        )
    with writing() as session:
        owner = projects.get_or_create(session, project)
        until = clock.now(session) + timedelta(days=days) if days else None
        _, token = api_keys.create(session, owner.id, name=name, scopes=scopes, expires_at=until)
        session.commit()
    console.print(token, soft_wrap=True)


@keys.command("list")
def list_keys(project: Project = "default") -> None:
    """List a project's keys, without their secrets."""
    from models import keys as api_keys
    from models import projects

    with writing() as session:
        found = api_keys.list_keys(session, projects.by_name(session, project).id)
        rows = [
            (
                key.id,
                key.name,
                " ".join(key.scopes),
                *map(_day, (key.expires_at, key.revoked_at, key.last_used_at)),
            )
            for key in found
        ]
    console.print(table(None, ("id", "name", "scopes", "expires", "revoked", "last used"), rows))


@keys.command()
def revoke(key: Annotated[str, typer.Argument(help="Id of the key.")], project: Project = "default") -> None:
    """Make a key useless from now on."""
    from models import keys as api_keys
    from models import projects

    with writing() as session:
        api_keys.revoke(session, projects.by_name(session, project).id, key)
        session.commit()
    console.print(f"{key} is revoked.")


def _day(time: datetime | None) -> str | None:
    return f"{time:%Y-%m-%d}" if time else None
