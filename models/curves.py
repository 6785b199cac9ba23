"""Keeping the points of a job's curves."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.leases import Point
from models.metric_point import MetricPoint
from models.upsert import insert_into


def store_points(session: Session, job_id: str, points: Sequence[Point]) -> None:
    """Keep points; one whose step is there already takes its place."""
    latest = {point.step: {"job_id": job_id, **vars(point)} for point in points}
    insert = insert_into(session, MetricPoint)
    fresh = {name: insert.excluded[name] for name in ("stage", "epoch", "values")}
    upsert = insert.on_conflict_do_update(index_elements=["job_id", "step"], set_=fresh)
    session.execute(upsert, list(latest.values()))
