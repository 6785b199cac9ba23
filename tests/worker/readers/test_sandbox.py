"""The walls, tried from inside: each attempt runs in a process of its own."""

import subprocess
import sys

import pytest

ENTER = """
import os, pickle, socket, subprocess, sys
from pathlib import Path
from worker.readers import sandbox
from worker.readers.limits import Limits
sandbox.enter(Path({out!r}), Limits(memory_bytes=64 << 20, file_bytes=1 << 20, cpu_s=1, open_files=20))
try:
    {attempt}
except (OSError, MemoryError) as error:
    sys.exit(f"stopped by {{type(error).__name__}}")
"""


def attempt(code, out):
    script = ENTER.format(out=str(out), attempt=code)
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False
    )


@pytest.mark.parametrize(
    "code",
    [
        "socket.socket()",
        "subprocess.run(['true'])",
        "os.fork()",
        "os.system('true')",
        "os.kill(os.getppid(), 0)",
        "open('../outside', 'w')",
        "os.open('../outside', os.O_CREAT | os.O_WRONLY)",
        "os.symlink('/etc', 'link'); open('link/outside', 'w')",
        "os.remove('../upload')",
        "os.rename('../upload', 'mine')",
        "pickle.loads(pickle.dumps(os.getpid))",
    ],
)
def test_what_a_reader_has_no_business_with_is_forbidden(tmp_path, code):
    (tmp_path / "out").mkdir()
    (tmp_path / "upload").write_text("kept")
    ended = attempt(code, tmp_path / "out")
    assert ended.returncode == 1
    assert "PermissionError" in ended.stderr
    assert (tmp_path / "upload").read_text() == "kept"
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    ("code", "stopped"),
    [
        ("bytearray(200 << 20)", "MemoryError"),
        ("open('large', 'wb').write(bytes(2 << 20))", "OSError"),
        ("[open('../upload') for _ in range(50)]", "OSError"),
    ],
)
def test_memory_file_size_and_open_files_are_limited(tmp_path, code, stopped):
    (tmp_path / "out").mkdir()
    (tmp_path / "upload").write_text("kept")
    assert f"stopped by {stopped}" in attempt(code, tmp_path / "out").stderr


def test_a_reader_may_read_the_upload_and_write_into_its_folder(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "upload").write_text("kept")
    ended = attempt(
        "Path('copy').write_text(Path('../upload').read_text()); os.remove('copy')", tmp_path / "out"
    )
    assert (ended.returncode, ended.stderr) == (0, "")
