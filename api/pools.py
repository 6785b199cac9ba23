"""The pools as far as known: those of the settings, and those with workers or jobs."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from api.schemas.account import PoolOut
from api.settings import ApiSettings
from models import queries, workers
from models.job import JobState


def names(session: Session, settings: ApiSettings) -> list[str]:
    """Every pool's name."""
    there = {worker.pool for worker in workers.online(session)}
    return sorted({*settings.pools, *queries.live_jobs_by_pool(session), *there} - {"ingest"})


def standing(session: Session, settings: ApiSettings) -> list[PoolOut]:
    """Every pool by name."""
    jobs = queries.live_jobs_by_pool(session)
    return [_standing(session, name, jobs.get(name, {})) for name in names(session, settings)]


def _standing(session: Session, name: str, jobs: Mapping[str, int]) -> PoolOut:
    online, known = workers.online(session, name), workers.known(session, name)
    memories = [worker.memory_gib for worker in known if worker.memory_gib is not None]
    return PoolOut(
        name=name,
        workers_online=len(online),
        devices=sorted({worker.device for worker in online}),
        max_devices=max((worker.devices for worker in known), default=None),
        gpu_memory_gib=max(memories, default=None),
        queued=jobs.get(JobState.QUEUED, 0),
        running=jobs.get(JobState.RUNNING, 0),
    )
