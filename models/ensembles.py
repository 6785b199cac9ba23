"""What a consensus job needs until it has ended: the jobs and data sets whose clusterings it merges."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import JsonObject
from models.dataset import Dataset, DatasetState
from models.errors import NotFound
from models.job import TERMINAL, Job, JobState

CONSENSUS = "consensus"
SHOWN = 10


def member_jobs(spec: JsonObject) -> list[str]:
    """Ids of the jobs whose clusterings a spec merges, in order."""
    return sorted({member["job"] for member in spec.get("members", ())})


def table_datasets(spec: JsonObject) -> list[str]:
    """Ids of the other data sets whose labels a spec merges, in order."""
    return sorted({table["dataset"] for table in spec.get("tables", ()) if table["dataset"] is not None})


def hold(session: Session, project_id: str, spec: JsonObject) -> None:
    """Lock what a consensus job merges, so that it cannot be deleted before the job is there.

    Raises:
        NotFound: a job has not succeeded or is not there any more, or a data set is not.
    """
    jobs = (
        select(Job.id)
        .where(Job.id.in_(member_jobs(spec)), Job.project_id == project_id)
        .where(Job.state == JobState.SUCCEEDED, Job.deleted_at.is_(None))
    )
    datasets = (
        select(Dataset.id)
        .where(Dataset.id.in_(table_datasets(spec)), Dataset.project_id == project_id)
        .where(Dataset.state != DatasetState.DELETED)
    )
    for what, wanted, found in (
        ("job", member_jobs(spec), jobs.order_by(Job.id)),
        ("dataset", table_datasets(spec), datasets.order_by(Dataset.id)),
    ):
        there = session.scalars(found.with_for_update(read=True)).all() if wanted else []
        if missing := [one for one in wanted if one not in there]:
            raise NotFound(f"{what} {missing[0]}, whose clusterings are merged, does not exist")


def users_of_job(session: Session, project_id: str, job_id: str) -> list[str]:
    """Some of the consensus jobs that have not ended and merge a clustering of this job."""
    live = _live(session, project_id)
    return [job for job, spec in live if job_id in member_jobs(spec)][:SHOWN]


def users_of_dataset(session: Session, project_id: str, dataset_id: str) -> list[str]:
    """Some of the consensus jobs that have not ended and merge labels of this data set."""
    live = _live(session, project_id)
    return [job for job, spec in live if dataset_id in table_datasets(spec)][:SHOWN]


def _live(session: Session, project_id: str) -> Iterable[tuple[str, dict[str, Any]]]:
    live = select(Job.id, Job.spec).where(
        Job.project_id == project_id, Job.kind == CONSENSUS, Job.state.not_in(TERMINAL)
    )
    return [(job, spec) for job, spec in session.execute(live.order_by(Job.id))]
