import os
import signal
import sys
import time
from pathlib import Path

from worker.child import Child, WarmRunner, scrubbed
from worker.den import Den
from worker.processes import Identity


def python(script: str, log: Path) -> Child:
    return Child([sys.executable, "-c", script], environment=scrubbed(os.environ, threads=1), log=log)


def ended(child: Child):
    while child.poll() is None:
        time.sleep(0.01)
    return child.bury()


def test_only_what_a_runner_needs_is_left_of_the_environment() -> None:
    met = {
        "PATH": "/bin",
        "CUDA_VISIBLE_DEVICES": "0",
        "MODELS_DATABASE_URL": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    kept = scrubbed(met, threads=3)
    assert kept["OMP_NUM_THREADS"] == "3"
    assert {"PATH", "CUDA_VISIBLE_DEVICES"} < kept.keys()
    assert "x" not in kept.values()


def test_an_exit_code_and_the_peak_memory_are_seen(tmp_path: Path) -> None:
    end = ended(python("x = b'1' * (64 << 20); raise SystemExit(3)", tmp_path / "log"))
    assert (end.exit_code, end.signal) == (3, None)
    assert end.peak_rss_bytes > 64 << 20


def test_a_signal_is_seen(tmp_path: Path) -> None:
    end = ended(python("import os, signal; os.kill(os.getpid(), signal.SIGABRT)", tmp_path / "log"))
    assert (end.exit_code, end.signal) == (None, signal.SIGABRT)


def test_burying_kills_the_whole_group(tmp_path: Path) -> None:
    script = "import os, time; pid = os.fork(); pid and print(pid, flush=True); time.sleep(60)"
    child = python(script, tmp_path / "log")
    while not (lines := list(child.lines())):
        time.sleep(0.01)
    grandchild = Identity.of(int(lines[0]))
    child.bury()
    deadline = time.monotonic() + 5
    while grandchild is not None and grandchild.alive():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_nothing_is_killed_by_an_id_that_may_be_anothers(tmp_path: Path, monkeypatch) -> None:
    """An id is free once its process is reaped and its group empty; the dead leader still holds it before."""
    script = "import os, time; pid = os.fork(); pid and print(pid, flush=True); pid or time.sleep(60)"
    held, killpg = [], os.killpg

    def spy(group: int, number: int) -> None:
        held.append(Path(f"/proc/{group}").exists())
        killpg(group, number)

    monkeypatch.setattr(os, "killpg", spy)
    child = python(script, tmp_path / "log")
    while not (lines := list(child.lines())):
        time.sleep(0.01)
    orphan = Identity.of(int(lines[0]))
    assert ended(child).exit_code == 0
    child.kill()
    assert set(held) == {True}
    deadline = time.monotonic() + 5
    while orphan is not None and orphan.alive():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_tail_is_the_end_of_its_stderr(tmp_path: Path) -> None:
    child = python("import sys; sys.stderr.write('a' * 9000 + 'end')", tmp_path / "log")
    ended(child)
    assert child.tail().endswith("aend")
    assert len(child.tail()) == 4096


def test_sending_to_one_that_is_gone_raises_nothing(tmp_path: Path) -> None:
    child = python("pass", tmp_path / "log")
    ended_child = ended(child)
    child.signal(signal.SIGTERM)
    assert ended_child.exit_code == 0


def test_runners_laid_to_rest_leave_only_the_newest_logs(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("worker.child.KEPT_LOGS", 2)
    den = Den(tmp_path, Identity(os.getpid(), 1))
    warm = WarmRunner(["sleep", "60"], den=den, threads=1)
    running = warm.take()
    for _ in range(4):
        warm.lay_to_rest(warm.take())
    left = {path.name for path in den.folder.rglob("*") if path.is_file()}
    assert left == {"runner-1.log", "runner-4.log", "runner-5.log", str(running.identity)}
    warm.lay_to_rest(running)
    assert {path.name for path in den.folder.rglob("*") if path.is_file()} == {"runner-1.log", "runner-5.log"}


def test_a_warm_runner_is_taken_once_and_a_dead_one_is_replaced(tmp_path: Path) -> None:
    den = Den(tmp_path, Identity(os.getpid(), 1))
    warm = WarmRunner([sys.executable, "-c", "input()"], den=den, threads=1)
    warm.warm_up()
    first = warm.take()
    second = warm.take()
    assert first.pid != second.pid
    warm.warm_up()
    third = warm.take()
    for child in (first, second, third):
        child.bury()
    warm.dismiss()
