"""The scratch folder of one supervisor: job folders, runner logs, and who is to be killed if it dies."""

import shutil
from pathlib import Path

import structlog

from worker.processes import Identity

log = structlog.get_logger(__name__)


class Den:
    """`scratch/dens/<pid>-<start time>/`: the name says whose it is, `runners/` what it started."""

    def __init__(self, scratch: Path, owner: Identity) -> None:
        self.folder = scratch.absolute() / "dens" / str(owner)
        self._runners = self.folder / "runners"
        self._runners.mkdir(parents=True, exist_ok=True)

    def job_folder(self, job_id: str, attempt: int) -> Path:
        """An empty folder for one attempt."""
        folder = self.folder / f"{job_id}-{attempt}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def log(self, number: int) -> Path:
        """Where the n-th runner's stderr goes."""
        return self.folder / f"runner-{number}.log"

    def remember(self, runner: Identity | None) -> None:
        """Note a process to be killed when the owner is found dead."""
        if runner is not None:
            (self._runners / str(runner)).touch()

    def forget(self, runner: Identity | None) -> None:
        """Drop the note of a process that is gone."""
        if runner is not None:
            (self._runners / str(runner)).unlink(missing_ok=True)

    def remove(self) -> None:
        """Delete all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def reap_leftovers(scratch: Path) -> int:
    """Kill the runners of dead supervisors and delete their folders.

    Returns:
        The number of process groups killed.
    """
    killed = 0
    for folder in (scratch.absolute() / "dens").glob("*-*"):
        owner = Identity.parse(folder.name)
        if owner is None or owner.alive():
            continue
        runners = [Identity.parse(entry.name) for entry in (folder / "runners").glob("*-*")]
        killed += sum(runner.kill_group() for runner in runners if runner is not None)
        log.info("den.reaped", owner=str(owner), killed=killed)
        shutil.rmtree(folder, ignore_errors=True)
    return killed
