import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from facet.embedded.child import Child, Program


def sleeper(tmp_path, code="import time; time.sleep(60)"):
    return Child(Program("sleeper", ["-c", code], {"SAID": "hello"}), tmp_path)


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    pytest.fail("it never happened")


def test_a_child_leads_its_own_group_so_that_a_terminals_interrupt_spares_it(tmp_path):
    child = sleeper(tmp_path)
    child.start()
    assert os.getpgid(child.pid) == child.pid
    child.kill()


def test_what_a_child_prints_goes_to_its_log(tmp_path):
    child = sleeper(tmp_path, "import os; print(os.environ['SAID'])")
    child.start()
    assert child.wait(time.monotonic() + 20)
    assert child.tail() == "hello"


def test_a_dead_child_is_reported_and_started_again_after_a_pause(tmp_path):
    child = sleeper(tmp_path)
    child.start()
    first = child.pid
    os.kill(first, signal.SIGKILL)
    assert "ended with -9; it starts again in 1 s" in wait_until(child.check)
    assert child.pid is None
    child._next_start = 0.0
    assert child.check() is None
    assert child.pid not in (None, first)
    child.kill()


def test_a_child_that_keeps_dying_is_started_ever_more_rarely(tmp_path):
    child = sleeper(tmp_path, "raise SystemExit(3)")
    pauses = []
    for _ in range(3):
        child._next_start = 0.0
        child.check()
        pauses.append(wait_until(child.check))
    assert [line.split(" in ")[1].split(" (")[0] for line in pauses] == ["1 s", "2 s", "4 s"]


STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
time.sleep(60)
"""

PARENT = """
import sys, time
from pathlib import Path
from facet.embedded.child import Child, Program
child = Child(Program("s", ["-c", "import time; time.sleep(60)"]), Path(sys.argv[1]))
child.start()
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_child_that_ignores_the_request_to_stop_is_killed_with_its_group(tmp_path):
    child = sleeper(tmp_path, STUBBORN)
    child.start()
    grandchild = int(wait_until(child.tail))
    child.terminate()
    assert not child.wait(time.monotonic() + 0.1)
    child.kill()
    wait_until(lambda: not alive(grandchild))


def test_a_child_dies_with_the_process_that_started_it(tmp_path):
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    parent.wait()
    wait_until(lambda: not alive(pid))


GOES_ON = """
import sys, time
from pathlib import Path
print("x" * 20, flush=True)
while not Path(sys.argv[1]).exists():
    time.sleep(0.01)
print("more", flush=True)
"""


def test_the_log_of_a_program_that_runs_on_is_put_aside(tmp_path, monkeypatch):
    monkeypatch.setattr("facet.embedded.child.LOG_LIMIT_BYTES", 10)
    child = Child(Program("talker", ["-c", GOES_ON, str(tmp_path / "go")]), tmp_path)
    child.start()
    wait_until(child.tail)
    assert child.check() is None
    (tmp_path / "go").touch()
    assert child.wait(time.monotonic() + 20)
    assert child.tail() == "more"
    assert child.log.with_suffix(".log.1").read_text() == "x" * 20 + "\n"


def test_a_long_log_is_put_aside(tmp_path, monkeypatch):
    monkeypatch.setattr("facet.embedded.child.LOG_LIMIT_BYTES", 10)
    child = sleeper(tmp_path, "pass")
    child.log.write_text("x" * 11)
    child.start()
    child.wait(time.monotonic() + 20)
    assert child.log.with_suffix(".log.1").read_text() == "x" * 11
