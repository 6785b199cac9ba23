"""The pools as far as known: those of the settings, and those with workers or jobs."""

from sqlalchemy.orm import Session

from api.schemas.account import PoolOut
from api.settings import ApiSettings
from models import queries, workers
from models.job import JobState


def standing(session: Session, settings: ApiSettings) -> list[PoolOut]:
    """Every pool by name."""
    there = workers.online(session)
    jobs = queries.live_jobs_by_pool(session)
    names = {*settings.pools, *jobs, *(worker.pool for worker in there)} - {"ingest"}
    return [
        PoolOut(
            name=name,
            workers_online=sum(worker.pool == name for worker in there),
            devices=sorted({worker.device for worker in there if worker.pool == name}),
            gpu_memory_gib=workers.largest_gpu_memory_gib(session, name),
            queued=jobs.get(name, {}).get(JobState.QUEUED, 0),
            running=jobs.get(name, {}).get(JobState.RUNNING, 0),
        )
        for name in sorted(names)
    ]
