"""`python -m worker`: one slot of a pool, as WORKER_* says."""

import os

from worker.broker import app, queue_of
from worker.settings import WorkerSettings


def main() -> None:
    """Run a Celery worker with one prefork child; SIGTERM drains it."""
    settings = WorkerSettings()
    os.environ["WORKER_NAME"] = name = settings.slot_name()
    node = name if "@" in name else f"{name}@facet"
    slot = [
        "--pool",
        "prefork",
        "--concurrency",
        "1",
        "--queues",
        queue_of(settings.pool),
        "--hostname",
        node,
    ]
    app.worker_main(
        ["--quiet", "worker", *slot, "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    )


if __name__ == "__main__":
    main()
