import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from worker.lifeline import Tether, command
from worker.processes import Identity

SLEEPER = "import time\ndef main(): open('here', 'w').close(); time.sleep(60)\n"


def until(condition, within_s=10):
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def sleeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a module `sleeper` that says when it has begun."""
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path.cwd()}")
    return tmp_path


def test_a_child_is_killed_when_its_parent_dies(sleeper: Path) -> None:
    parent = (
        "import os, subprocess, worker.lifeline as l; print(subprocess.Popen(l.command('sleeper')).pid); "
    )
    script = parent + "import time; time.sleep(60)"
    mother = subprocess.Popen([sys.executable, "-uc", script], stdout=subprocess.PIPE, cwd=sleeper)
    assert mother.stdout is not None
    child = Identity.of(int(mother.stdout.readline()))
    until((sleeper / "here").exists)
    assert child is not None
    mother.kill()
    mother.wait()
    until(lambda: not child.alive())


def test_a_child_whose_parent_is_gone_already_does_not_begin(sleeper: Path) -> None:
    arguments = command("sleeper")
    arguments[3] = "1" if os.getppid() != 1 else "2"
    ended = subprocess.run(arguments, cwd=sleeper, capture_output=True, check=False)
    assert ended.returncode != 0
    assert b"which is gone" in ended.stderr


def test_a_tether_kills_a_forked_process_when_the_opener_dies(tmp_path: Path) -> None:
    script = (
        "import os, time; from worker.lifeline import Tether; t = Tether(); pid = os.fork()\n"
        "if pid == 0:\n    t.hold(); open('held', 'w').close(); time.sleep(60)\n"
        "print(pid, flush=True); time.sleep(60)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    opener = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=tmp_path, env=environment
    )
    assert opener.stdout is not None
    held = Identity.of(int(opener.stdout.readline()))
    until((tmp_path / "held").exists)
    assert held is not None
    opener.kill()
    opener.wait()
    until(lambda: not held.alive())


def test_a_tether_that_nobody_cuts_lets_live() -> None:
    tether = Tether()
    pid = os.fork()
    if pid == 0:
        tether.hold()
        time.sleep(0.2)
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
