"""The processes of an embedded service and the settings that they share."""

import os
from dataclasses import dataclass

from facet.embedded.child import Program
from facet.embedded.home import Home

QUICK = {"WORKER_DRAIN_GRACE_S": "5", "WORKER_HEARTBEAT_S": "2", "WORKER_LEASE_S": "30"}
"""One machine and few jobs: hear a cancel soon, stop within seconds, take back what a killed worker held."""


@dataclass(frozen=True)
class Options:
    """Where an embedded service listens and what it uses in place of the folder's own parts."""

    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str | None = None
    broker_url: str | None = None
    store_url: str | None = None
    workers: int = 1


def environment(home: Home, options: Options) -> dict[str, str]:
    """Settings of every process; what is not named in `options` lives in the home."""
    return {
        "MODELS_DATABASE_URL": options.database_url or home.database_url,
        "MODELS_STORE_URL": options.store_url or home.store_url,
        "WORKER_BROKER_URL": options.broker_url or home.broker_url,
        "WORKER_SCRATCH": str(home.scratch),
        **{name: os.environ.get(name, value) for name, value in QUICK.items()},
        "API_HOST": options.host,
        "API_PORT": str(options.port),
        "PYTHONUNBUFFERED": "1",
    }


def programs(home: Home, options: Options) -> list[Program]:
    """The API, the workers of the cpu pool, the ingest worker and the sweeper."""
    shared = environment(home, options)
    threads = str(max(1, (os.cpu_count() or 1) // options.workers))
    trainer = {**shared, "WORKER_POOL": "cpu", "WORKER_THREADS": os.environ.get("WORKER_THREADS", threads)}
    return [
        Program("api", ["-m", "api"], shared),
        *(Program(f"worker-{slot}", ["-m", "worker"], trainer) for slot in range(options.workers)),
        Program("ingest", ["-m", "worker"], {**shared, "WORKER_POOL": "ingest"}),
        Program("sweeper", ["-m", "worker.sweeper"], shared),
    ]
