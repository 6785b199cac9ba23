"""Where the peer lives, and how it and ours are asked for figures, each in a process of its own."""

import json
import os
import subprocess
import venv
from pathlib import Path
from types import TracebackType
from typing import Any

import torch

PEER = "clustpy==0.0.3"
ROOT = Path(__file__).parents[2]
ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"], "1")


class Child:
    """A process with one thread that answers one JSON order a line; it ends with the `with` statement."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | ONE_THREAD,
            cwd=ROOT,
            text=True,
        )

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.communicate()

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        """What the process found for the order; raises SystemExit if it ended instead."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args} ended with {self.process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found


def peer_python() -> Path:
    """The Python of the peer's environment, made on first use with the same torch as ours."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "facet" / PEER.replace("==", "-")
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        same_torch = f"torch=={torch.__version__.partition('+')[0]}"
        subprocess.run([str(python), "-m", "pip", "install", "-q", PEER, same_torch], check=True)
        (home / "ready").touch()
    return python
