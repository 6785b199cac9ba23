"""Finding and making projects."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import clock
from models.errors import NotFound
from models.ids import new_id
from models.project import Project


def by_name(session: Session, name: str) -> Project:
    """The project of that name. Raises NotFound."""
    project = session.scalars(select(Project).where(Project.name == name)).one_or_none()
    if project is None:
        raise NotFound(f"project {name!r} does not exist")
    return project


def get_or_create(session: Session, name: str) -> Project:
    """The project of that name, made if it is missing, also when another process makes it just now."""
    found = select(Project).where(Project.name == name)
    if (project := session.scalars(found).one_or_none()) is not None:
        return project
    now = clock.now(session)
    try:
        with session.begin_nested():
            session.add(Project(id=new_id("prj", at=now), name=name, created_at=now))
    except IntegrityError:
        return by_name(session, name)
    return by_name(session, name)


def list_projects(session: Session) -> Sequence[Project]:
    """All projects by name."""
    return session.scalars(select(Project).order_by(Project.name)).all()
