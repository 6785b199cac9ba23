"""Keys, the caller and the pools as they travel."""

from datetime import datetime

from api.schemas.base import Out


class MeOut(Out):
    """Who the service takes the caller for."""

    project: str
    key: str | None
    name: str
    scopes: list[str]


class KeyOut(Out):
    """An API key without its secret."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class PoolOut(Out):
    """A pool of workers: who is there, what one job can have at most, and how many jobs it has."""

    name: str
    workers_online: int
    devices: list[str]
    max_devices: int | None
    gpu_memory_gib: float | None
    queued: int
    running: int
