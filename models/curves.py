"""Keeping the points of a job's curves."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from models.leases import Point
from models.metric_point import MetricPoint


def store_points(session: Session, job_id: str, points: Sequence[Point]) -> None:
    """Keep points; one whose step is there already takes its place."""
    latest = {point.step: {"job_id": job_id, **vars(point)} for point in points}
    dialect = session.get_bind().dialect.name
    insert = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(MetricPoint)
    fresh = {name: insert.excluded[name] for name in ("stage", "epoch", "values")}
    upsert = insert.on_conflict_do_update(index_elements=["job_id", "step"], set_=fresh)
    session.execute(upsert, list(latest.values()))
