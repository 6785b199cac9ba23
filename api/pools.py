"""The pools as far as known: those of the settings, and those with jobs or with workers, be they away."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from api.schemas.account import PoolOut
from api.settings import ApiSettings
from models import queries, workers
from models.job import JobState
from models.worker import Worker


def names(session: Session, settings: ApiSettings) -> list[str]:
    """Every pool's name."""
    return _names(settings, queries.live_jobs_by_pool(session), workers.known(session))


def standing(session: Session, settings: ApiSettings) -> list[PoolOut]:
    """Every pool by name."""
    jobs, online, known = queries.live_jobs_by_pool(session), workers.online(session), workers.known(session)
    return [
        _standing(name, _of(name, online), _of(name, known), jobs.get(name, {}))
        for name in _names(settings, jobs, known)
    ]


def _names(settings: ApiSettings, with_jobs: Iterable[str], known: Iterable[Worker]) -> list[str]:
    return sorted({*settings.pools, *with_jobs, *(worker.pool for worker in known)} - {"ingest"})


def _of(pool: str, slots: Iterable[Worker]) -> list[Worker]:
    return [slot for slot in slots if slot.pool == pool]


def _standing(
    name: str, online: Sequence[Worker], known: Sequence[Worker], jobs: Mapping[str, int]
) -> PoolOut:
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
