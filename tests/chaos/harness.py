"""Real processes to be hurt: started, killed by pid, waited for; nothing listens beyond loopback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

from models import fsck, lifecycle, queries, workers
from models.attempt import Attempt
from models.job import TERMINAL, Job, JobState
from tests.processes import running
from tests.servers import die_with_parent, free_port
from tests.worker.house import House

LEASE_S = 3.0
QUICK = {
    "WORKER_LEASE_S": str(LEASE_S),
    "WORKER_HEARTBEAT_S": "0.5",
    "WORKER_SWEEP_S": "0.5",
    "WORKER_KILL_GRACE_S": "2",
    "WORKER_DRAIN_GRACE_S": "20",
    "WORKER_CHECKPOINT_S": "0",
    "WORKER_THREADS": "1",
    "WORKER_WARM": "0",
    "OMP_NUM_THREADS": "1",
}


def until(condition: Callable[[], object], *, within_s: float, what: str) -> float:
    """Wait for a condition; returns the seconds it took."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > within_s:
            raise AssertionError(f"not within {within_s} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - began


class Process:
    """One started program with its log."""

    def __init__(self, arguments: list[str], *, environment: dict[str, str], log: Path) -> None:
        self.log = log
        self.name = environment.get("WORKER_NAME", "")
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                arguments,
                stdout=output,
                stderr=output,
                env=environment,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.pid = self._process.pid

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Signal this one process, not its group."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to stop in good order."""
        self.kill(signal.SIGTERM)

    def gone(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def says(self, text: str) -> bool:
        """Whether its log holds a text."""
        return text in self.log.read_text(errors="replace")

    def descendants(self) -> list[psutil.Process]:
        """All that it has started and that still runs."""
        with suppress(psutil.NoSuchProcess):
            return [child for child in psutil.Process(self.pid).children(recursive=True) if running(child)]
        return []

    def pool_process(self) -> psutil.Process | None:
        """The Celery child that supervises."""
        return next((child for child in self.descendants() if child.ppid() == self.pid), None)

    def runners(self) -> list[psutil.Process]:
        """Its runners, oldest first: the one at work and the one that waits."""
        found = [child for child in self.descendants() if is_runner(child)]
        return sorted(found, key=lambda child: child.create_time())


def is_runner(process: psutil.Process) -> bool:
    """Whether a process is a runner of Facet."""
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return "worker.runner" in process.cmdline()
    return False


class Api(httpx.Client):
    """A client of one API process."""

    def __init__(self, process: Process, **options: Any) -> None:
        super().__init__(**options)
        self.process = process

    def answers(self) -> bool:
        """Whether the process serves."""
        with suppress(httpx.TransportError):
            return self.get("/healthz").status_code == 200
        return False


class Harness:
    """The processes of one test."""

    lease_s = LEASE_S

    def __init__(self, house: House, **environment: str) -> None:
        self.house = house
        self.environment = {**os.environ, **QUICK, **house.environment, **environment}
        self._started: list[Process] = []

    def start(self, name: str, arguments: list[str], **environment: str) -> Process:
        """Start a program; its log is `<name>-<n>.log` in the house."""
        log = self.house.folder / f"{name}-{len(self._started)}.log"
        process = Process(arguments, environment=self.environment | environment, log=log)
        self._started.append(process)
        return process

    def module(self, module: str, *arguments: str, **environment: str) -> Process:
        """Start one of our own programs."""
        return self.start(module, [sys.executable, "-m", module, *arguments], **environment)

    def worker(self, pool: str = "cpu", program: Sequence[str] = ("worker",), **environment: str) -> Process:
        """A worker that is ready to be rung."""
        worker = self.starting_worker(pool, program, **environment)
        self.ready(worker)
        return worker

    def starting_worker(
        self, pool: str = "cpu", program: Sequence[str] = ("worker",), **environment: str
    ) -> Process:
        """A worker that will soon be `ready`."""
        name = f"{pool}-{len(self._started)}"
        return self.module(*program, WORKER_POOL=pool, WORKER_NAME=name, **environment)

    def ready(self, *workers: Process) -> None:
        """Wait until these workers can be rung."""
        for worker in workers:
            up = lambda worker=worker: worker.says(" ready") and self._seen(worker.name)  # noqa: E731
            until(up, within_s=30, what=f"{worker.name} is ready")

    def _seen(self, name: str) -> bool:
        with self.house.database.read() as session:
            return name in {worker.name for worker in workers.online(session)}

    def sweeper(self) -> Process:
        """A sweeper, which takes jobs back once it is `in_contact`."""
        return self.module("worker.sweeper")

    def in_contact(self, sweeper: Process) -> None:
        """Wait until it has had contact for so long that it takes jobs back."""
        until(lambda: sweeper.says("in_contact"), within_s=30, what="the sweeper is in contact")

    def job_done(self, job_id: str) -> bool:
        return self.house.state(job_id) in TERMINAL

    def attempts(self, job_id: str) -> list[Attempt]:
        with self.house.database.read() as session:
            return list(queries.attempts(session, self.house.project_id(), job_id))

    def progressed(self, job_id: str) -> bool:
        """Whether a runner is at work on the job and has a checkpoint in the store."""
        job = self.house.job(job_id)
        return job.state is JobState.RUNNING and job.checkpoint is not None

    def at_work(self, job_id: str, attempt: int) -> bool:
        """Whether the job's attempt has reported progress."""
        job = self.house.job(job_id)
        return job.state is JobState.RUNNING and job.attempt == attempt and self.fresh(job)

    def fresh(self, job: Job) -> bool:
        """Whether its progress is of its present attempt."""
        began = self.attempts(job.id)[-1].started_at
        reported = job.progress.get("updated_at")
        return reported is not None and datetime.fromisoformat(reported) > began

    def serve(self, program: list[str], **environment: str) -> "Api":
        """Start a program that serves the API, and wait until it answers."""
        port = free_port()
        process = self.start("api", program, API_PORT=str(port), **environment)
        api = Api(process, base_url=f"http://127.0.0.1:{port}", timeout=30)
        until(lambda: process.gone() or api.answers(), within_s=30, what="the API answers")
        return api

    def api(self) -> "Api":
        """The API itself."""
        return self.serve([sys.executable, "-m", "api"])

    def ring(self, pools: list[str]) -> None:
        """Ring pools one after the other, from a process of its own."""
        script = "import sys; from worker.bell import bell; [bell.send(pool) for pool in sys.argv[1:]]"
        subprocess.run([sys.executable, "-c", script, *pools], env=self.environment, check=True)

    def act(self, verb: str, job_id: str) -> None:
        """What the owner of a job may ask: cancel, pause, resume."""
        with self.house.database.write() as session:
            getattr(lifecycle, verb)(session, self.house.project_id(), job_id)
            session.commit()

    def end(self, job_id: str) -> None:
        """Cancel a job and wait for it; if its worker is dead, the sweeper ends it."""
        self.act("cancel", job_id)
        until(lambda: self.job_done(job_id), within_s=5 * LEASE_S, what="the canceled job has ended")

    def assert_sound(self) -> None:
        """Nothing is lost, doubled or half-done."""
        with self.house.database.read() as session:
            assert fsck.check(session, self.house.store) == []

    def stop(self) -> None:
        """Kill everything that was started, and what that started."""
        for process in self._started:
            for child in process.descendants():
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
