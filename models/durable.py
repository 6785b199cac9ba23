"""Making files survive a power cut."""

import hashlib
import os
from pathlib import Path


def sync_file(path: Path) -> None:
    """Have the file's bytes on the disk."""
    _sync(path, os.O_RDONLY)


def sync_folders(path: Path, root: Path) -> None:
    """Have the entries of `path` and of each folder above it, up to `root`, on the disk."""
    for folder in path.parents:
        _sync(folder, os.O_RDONLY | os.O_DIRECTORY)
        if folder == root:
            return


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
