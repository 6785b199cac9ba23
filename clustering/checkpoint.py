"""Checkpoints as safetensors files that name their own digest.

A file holds tensors, and JSON in its header. Its name is `<step>-<sha256>.safetensors`; it is written under
another name, synced, hashed and renamed, so a file of that name is whole or its digest tells that it is not.
"""

import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

_PATTERN = "[0-9]*-*.safetensors"


@dataclass(frozen=True, slots=True)
class Saved:
    """A checkpoint file."""

    path: Path
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a checkpoint holds: tensors by name, and JSON."""

    tensors: dict[str, Tensor]
    state: dict[str, Any]


@dataclass
class Checkpoints:
    """A folder with the newest checkpoints of one fit."""

    folder: Path
    every_s: float = 120.0
    """Least seconds between two checkpoints within a stage; 0 keeps every epoch."""
    keep: int = 2
    _last: float = field(default_factory=time.monotonic, repr=False)

    def due(self) -> bool:
        """Whether the interval has passed since the last checkpoint."""
        return time.monotonic() - self._last >= self.every_s

    def save(self, step: int, snapshot: Snapshot) -> Saved:
        """Write a checkpoint durably and drop the oldest."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / "draft"
        save_file(_separate(snapshot.tensors), draft, {"state": json.dumps(snapshot.state)})
        _sync(draft)
        digest = _digest(draft)
        path = self.folder / f"{step:010d}-{digest}.safetensors"
        draft.replace(path)
        _sync(self.folder)
        self._last = time.monotonic()
        for old in self._files()[self.keep :]:
            old.unlink(missing_ok=True)
        return Saved(path, digest, path.stat().st_size)

    def newest(self) -> Snapshot | None:
        """The newest checkpoint whose digest holds; None if there is none."""
        for path in self._files():
            if _digest(path) == path.stem.partition("-")[2]:
                try:
                    return _read(path)
                except (SafetensorError, KeyError, ValueError):
                    continue
        return None

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob(_PATTERN), reverse=True)


def pack(tree: Any, name: str, tensors: dict[str, Tensor]) -> Any:
    """Turn nested containers into JSON, moving each tensor to `tensors` under a name of its own."""
    if isinstance(tree, Tensor):
        tensors[name] = tree.detach()
        return {"tensor": name}
    if isinstance(tree, dict):
        return {"items": [[key, pack(value, f"{name}.{key}", tensors)] for key, value in tree.items()]}
    if isinstance(tree, list | tuple):
        return [pack(value, f"{name}.{index}", tensors) for index, value in enumerate(tree)]
    return tree


def unpack(tree: Any, tensors: dict[str, Tensor]) -> Any:
    """Inverse of `pack`; tuples come back as lists."""
    if isinstance(tree, dict):
        if "tensor" in tree:
            return tensors[tree["tensor"]]
        return {key: unpack(value, tensors) for key, value in tree["items"]}
    if isinstance(tree, list):
        return [unpack(value, tensors) for value in tree]
    return tree


def _separate(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Copies where tensors share memory, which the format refuses."""
    seen: set[int] = set()
    apart: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        address = tensor.untyped_storage().data_ptr()
        apart[name] = tensor.contiguous() if address not in seen else tensor.clone().contiguous()
        seen.add(address)
    return apart


def _read(path: Path) -> Snapshot:
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return Snapshot(tensors, json.loads(file.metadata()["state"]))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
