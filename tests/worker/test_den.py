import os
import subprocess
from pathlib import Path

from worker.den import Den, reap_leftovers
from worker.processes import Identity


def me() -> Identity:
    found = Identity.of(os.getpid())
    assert found is not None
    return found


def test_a_job_folder_is_empty_also_the_second_time(tmp_path: Path) -> None:
    den = Den(tmp_path, me())
    (den.job_folder("job_1", 1) / "file").touch()
    assert list(den.job_folder("job_1", 1).iterdir()) == []


def test_runners_of_a_dead_owner_are_killed_and_its_folder_goes(tmp_path: Path) -> None:
    orphan = subprocess.Popen(["sleep", "60"], start_new_session=True)
    den = Den(tmp_path, Identity(me().pid, me().started + 1))
    den.remember(Identity.of(orphan.pid))
    assert reap_leftovers(tmp_path) == 1
    assert orphan.wait() == -9
    assert not den.folder.exists()


def test_a_live_owner_and_a_pid_that_is_used_again_are_left_alone(tmp_path: Path) -> None:
    bystander = subprocess.Popen(["sleep", "60"], start_new_session=True)
    found = Identity.of(bystander.pid)
    assert found is not None
    mine = Den(tmp_path, me())
    dead = Den(tmp_path, Identity(me().pid, me().started + 1))
    dead.remember(Identity(found.pid, found.started + 1))
    assert reap_leftovers(tmp_path) == 0
    assert mine.folder.exists()
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()
