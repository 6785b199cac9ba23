"""A stage for a supervisor: one station whose runner is an actor."""

import sys
import threading
import time
from pathlib import Path
from typing import Any

from models import queries, queue
from models.attempt import Attempt
from models.job import Job
from tests.worker.house import House
from worker.child import WarmRunner
from worker.den import Den
from worker.processes import Identity
from worker.settings import WorkerSettings
from worker.shift import Shift
from worker.station import Station
from worker.supervisor import supervise

FAKE = Path(__file__).with_name("fake_runner.py")


class Scene:
    """One station whose runner is an actor, and one job at a time."""

    def __init__(self, house: House, **settings: Any) -> None:
        self.house = house
        quick = {"heartbeat_s": 0.1, "kill_grace_s": 0.5, "drain_grace_s": 0.5, "lease_s": 5.0} | settings
        self.settings = WorkerSettings(scratch=house.folder / "scratch", name="w1", **quick)
        den = Den(self.settings.scratch, Identity.of(threading.get_native_id()) or Identity(1, 1))
        warm = WarmRunner([sys.executable, str(FAKE)], den=den, threads=1)
        self.station = Station(self.settings, house.database, house.store, Shift(), den, warm)
        self.dataset_id = house.dataset(6)

    def submit(self, play: str, **more: Any) -> str:
        return self.house.submit(self.dataset_id, spec={"play": play}, **more)

    def run_one(self) -> None:
        with self.house.database.write() as session:
            claim = queue.claim(session, pool="cpu", worker="w1", lease_s=self.settings.lease_s)
            session.commit()
        assert claim is not None
        supervise(self.station, claim)

    def play(self, play: str, **more: Any) -> Job:
        job_id = self.submit(play, **more)
        self.run_one()
        return self.house.job(job_id)

    def attempts(self, job: Job) -> list[Attempt]:
        with self.house.database.read() as session:
            return list(queries.attempts(session, job.project_id, job.id))

    def meanwhile(self, job_id: str, act: Any) -> threading.Thread:
        """Do something as the owner once the job has reported progress."""

        def wait_and_act() -> None:
            while not self.house.job(job_id).progress:
                time.sleep(0.02)
            with self.house.database.write() as session:
                act(session, self.house.project_id(), job_id)
                session.commit()

        thread = threading.Thread(target=wait_and_act)
        thread.start()
        return thread
