"""The table of attributes of the samples, gathered block by block."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from worker.readers.errors import Refused
from worker.readers.labels import checked_text
from worker.readers.limits import Limits
from worker.readers.npyfile import ArrayWriter

MOST = 1000


class AttributeTable:
    """Finite numbers, a row a sample and a column an attribute."""

    def __init__(self, path: Path, names: Sequence[str], limits: Limits) -> None:
        if not 1 <= len(names) <= MOST:
            detail = f"There are {len(names)} attributes."
            raise Refused(detail, met=len(names), accepted=f"from 1 to {MOST} attributes")
        if len(set(names)) < len(names):
            raise Refused("Two attributes have the same name.", met=list(names)[:20], accepted="a name each")
        self.names = [checked_text(name, "An attribute's name", limits) for name in names]
        self._writer = ArrayWriter(path, (len(names),), "<f4")
        self._digest = hashlib.sha256(json.dumps(self.names).encode())

    @property
    def rows(self) -> int:
        """Rows so far."""
        return self._writer.rows

    def append(self, rows: NDArray[np.float32]) -> None:
        """Add rows (r, a)."""
        rows = np.ascontiguousarray(rows, dtype="<f4")
        self._writer.append(rows)
        self._digest.update(rows.data)

    def finish(self) -> str:
        """Make the file durable; the digest of names and numbers."""
        self._writer.close()
        return self._digest.hexdigest()
