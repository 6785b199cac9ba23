"""The sandboxed reader as its supervisor sees it: real processes."""

import json
import subprocess
import sys

import numpy as np
import pytest

from tests.worker.readers import files
from tests.worker.readers.corpus import CORPUS
from worker import reading
from worker.child import Child
from worker.reading import Described, Died, Reading, read_upload, time_for

WORST = [
    "npz-bomb",
    "csv-endless line inside",
    "zip-far too many members",
    "zip-overlapping members",
    "zip-bomb in a text chunk",
]
X = np.arange(12, dtype=np.float32).reshape(6, 2)
SLIM = """
import json, sys
from pathlib import Path
from worker.child import Child
from worker.reading import Reading, read_upload
bury, peaks = Child.bury, []
Child.bury = lambda child: peaks.append(bury(child)) or peaks[-1]
upload, kind, options, folder = sys.argv[1:]
said = read_upload(Reading(Path(upload), kind, json.loads(options), Path(folder), 30), lambda: None)
print(json.dumps([type(said).__name__, said.code, peaks[0].peak_rss_bytes]))
"""
"""Reads from a process as small as a worker: a child starts with the peak of the one that forked it."""


def ignore():
    """A heartbeat that nobody hears."""


def read(tmp_path, data, upload_format="npy", *, options=None, time_s=30):
    (tmp_path / "upload").write_bytes(data)
    return read_upload(
        Reading(tmp_path / "upload", upload_format, options or {}, tmp_path / "reading", time_s), ignore
    )


def instead(monkeypatch, script):
    """Let another program stand in for the reader."""
    monkeypatch.setattr(reading, "command", lambda module: [sys.executable, "-c", script])


@pytest.fixture
def ended(monkeypatch):
    """How the readers of this test ended."""
    found = []
    bury = Child.bury

    def spy(child):
        found.append(bury(child))
        return found[-1]

    monkeypatch.setattr(Child, "bury", spy)
    return found


def test_a_good_upload_is_described_and_its_files_lie_in_the_folder(tmp_path):
    said = read(tmp_path, files.npz(x=X, y=np.arange(6) % 2), "npz")
    assert isinstance(said, Described)
    assert (said.kind, said.n, said.shape, said.label_columns) == ("vectors", 6, [2], ["y"])
    folder = tmp_path / "reading" / "canonical"
    assert sorted(path.name for path in folder.iterdir()) == ["labels.parquet", "meta.json", "x.npy"]
    assert said.size_bytes == sum(path.stat().st_size for path in folder.iterdir())


@pytest.mark.parametrize("name", WORST)
def test_the_worst_uploads_are_refused_within_their_memory(tmp_path, name):
    (hostile,) = [one for one in CORPUS if f"{one.format}-{one.name}" == name]
    upload, folder, data = tmp_path / "upload", tmp_path / "reading", hostile.make()
    upload.write_bytes(data)
    order = [str(upload), hostile.format, json.dumps(hostile.options), str(folder)]
    run = subprocess.run([sys.executable, "-c", SLIM, *order], stdout=subprocess.PIPE, check=True)
    said, code, peak_bytes = json.loads(run.stdout.splitlines()[-1])
    assert (said, code) == ("Problem", hostile.code)
    assert peak_bytes < 512 << 20
    assert list(folder.iterdir()) == []
    assert upload.read_bytes() == data


def test_a_reader_that_hangs_is_killed_for_good(tmp_path, monkeypatch, ended):
    instead(monkeypatch, "import time; time.sleep(60)")
    said = read(tmp_path, b"", time_s=1)
    assert isinstance(said, Died)
    assert (said.for_good, said.problem.code) == (True, "unsafe_file")
    assert ended[0].signal == 9


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("import os; os.abort()", "unsafe_file"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "unsafe_file"),
        ("raise SystemExit(1)", "internal"),
        ("print('{}')", "internal"),
        ("raise SystemExit(print('nonsense') or 3)", "internal"),
    ],
)
def test_a_reader_that_dies_without_an_answer_may_be_tried_again(tmp_path, monkeypatch, script, code):
    instead(monkeypatch, script)
    said = read(tmp_path, b"")
    assert isinstance(said, Died)
    assert (said.for_good, said.problem.code) == (False, code)


def test_a_reader_that_babbles_without_end_is_killed(tmp_path, monkeypatch, ended):
    instead(monkeypatch, "while True: print('x' * 1_000_000, end='')")
    assert isinstance(read(tmp_path, b""), Died)
    assert ended[0].signal == 9


def test_a_reader_hears_nothing_of_our_credentials(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELS_DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    instead(monkeypatch, "import os, sys; print(os.environ, file=sys.stderr); os.abort()")
    read(tmp_path, b"")
    log = (tmp_path / "reading.log").read_text()
    assert "PATH" in log
    assert "secret" not in log


def test_a_reader_is_gone_when_the_claim_is_lost(tmp_path, monkeypatch, ended):
    instead(monkeypatch, "import time; time.sleep(60)")

    def lost():
        raise RuntimeError("lost")

    (tmp_path / "upload").write_bytes(b"")
    with pytest.raises(RuntimeError, match="lost"):
        read_upload(Reading(tmp_path / "upload", "npy", {}, tmp_path / "reading", 30), lost)
    assert ended[0].signal == 9


def test_large_uploads_get_more_time():
    assert time_for(2 << 30) > time_for(0) >= 60
