"""Siblings as actors: what their leading process makes of how they end."""

import json
import os
import signal
import sys
import threading
from typing import Any

from worker import siblings
from worker.messages import EXIT_DRAINED, EXIT_REPORTED, Order
from worker.siblings import Siblings
from worker.speaker import Speaker

ACT = """
import json, os, pathlib, signal, sys, time
order = json.loads(sys.stdin.readline())
parts, folder = order["spec"]["parts"], pathlib.Path(order["folder"])
part = parts[order["rank"] - 1]
print('{"type":"ready"}', flush=True)

def until(condition):
    while not condition():
        time.sleep(0.01)

def echo_is_buried():
    return any(not pathlib.Path("/proc", echo.name).exists() for echo in folder.glob("echo/*"))

if part == "echo":
    (folder / "echo").mkdir()
    (folder / "echo" / str(os.getpid())).touch()
    sys.exit(1)
if part == "late":
    until((folder / "dismissed").exists)
    sys.exit(7)
if part == "memory":
    until(lambda: "echo" not in parts or echo_is_buried())
    print('{"type":"error","code":"out_of_memory","detail":"No memory."}', flush=True)
    sys.exit(3)
if isinstance(part, str):
    os.kill(os.getpid(), getattr(signal, part))
sys.exit(part)
"""


class Lead:
    """The leading process up to its end, which is only noted."""

    def __init__(self, tmp_path, monkeypatch, *parts: str | int, echo_s: float = 0.5) -> None:
        self.exit_code: int | None = None
        self.ended = threading.Event()
        self._read, write = os.pipe()
        monkeypatch.setattr(siblings, "command", lambda _: [sys.executable, "-S", "-c", ACT])
        monkeypatch.setattr(siblings, "ECHO_S", echo_s)
        monkeypatch.setattr(siblings, "PATIENCE_S", 30)
        monkeypatch.setattr(siblings.os, "_exit", self._exit)
        order = Order(
            job_id="job_1",
            attempt=1,
            folder=tmp_path,
            dataset=tmp_path,
            spec={"parts": parts},
            seed=0,
            outputs={},
            devices=["cpu"] * (len(parts) + 1),
            threads=1,
            initial_model=None,
            checkpoint_s=0,
        )
        self.siblings = Siblings(order, Speaker(os.fdopen(write, "wb", buffering=0)))

    def _exit(self, code: int) -> None:
        self.exit_code = code
        self.ended.set()

    def last_words(self) -> dict[str, Any]:
        assert self.ended.wait(30)
        assert self.exit_code == EXIT_REPORTED
        return json.loads(os.read(self._read, 4096))


def test_a_reason_that_a_sibling_gives_is_passed_on(tmp_path, monkeypatch):
    said = Lead(tmp_path, monkeypatch, "memory").last_words()
    assert (said["type"], said["code"], said["detail"]) == ("error", "out_of_memory", "No memory.")


def test_a_sibling_that_is_killed_is_named_with_its_signal(tmp_path, monkeypatch):
    said = Lead(tmp_path, monkeypatch, "SIGKILL").last_words()
    assert said["code"] == "worker_crashed"
    assert said["detail"] == "Process 2 of 2 of the training, on cpu, was killed by SIGKILL without a report."


def test_the_reason_is_told_and_not_its_echo(tmp_path, monkeypatch):
    """The second sibling ends first, but only because the first one has left the fit."""
    lead = Lead(tmp_path, monkeypatch, "memory", "echo", echo_s=9)
    assert lead.last_words()["code"] == "out_of_memory"


def test_an_end_that_nobody_explains_is_told_after_a_while(tmp_path, monkeypatch):
    lead = Lead(tmp_path, monkeypatch, 0, 7)
    lead.siblings.hear_out()
    assert "Process 3 of 3 of the training, on cpu, ended with exit code 7" in lead.last_words()["detail"]


def test_siblings_that_end_well_or_after_the_fit_say_nothing(tmp_path, monkeypatch):
    lead = Lead(tmp_path, monkeypatch, 0, EXIT_DRAINED, "late")
    lead.siblings.dismiss()
    (tmp_path / "dismissed").touch()
    lead.siblings.hear_out()
    assert lead.exit_code is None


def test_a_sibling_that_something_outside_has_stopped_stops_the_leading_process_alike(tmp_path, monkeypatch):
    heard = []
    monkeypatch.setattr(siblings.os, "kill", lambda pid, number: heard.append((pid, number)))
    lead = Lead(tmp_path, monkeypatch, "SIGTERM")
    lead.siblings.hear_out()
    assert heard == [(os.getpid(), signal.SIGTERM)]


def test_who_has_concluded_is_the_last_to_speak(tmp_path, monkeypatch):
    lead = Lead(tmp_path, monkeypatch, "SIGKILL")
    lead.last_words()
    late = threading.Thread(target=lead.siblings._speaker.conclude, args=[None], daemon=True)
    late.start()
    late.join(0.1)
    assert late.is_alive()
