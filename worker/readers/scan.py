"""What is said about samples after they have passed by once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

DUPLICATES_UP_TO = 10_000_000


class Scan:
    """Range, constant features and duplicate samples, in memory that does not grow with the data's width."""

    def __init__(self, features: int) -> None:
        self.features = features
        self.rows = 0
        self._low: NDArray[Any] | None = None
        self._high: NDArray[Any] | None = None
        self._total = 0.0
        self._hashes: list[NDArray[np.uint64]] = []
        self._weights: NDArray[np.uint64] | None = None

    def update(self, rows: NDArray[Any]) -> None:
        """Take in rows (r, features) of the canonical dtype."""
        low, high = rows.min(axis=0), rows.max(axis=0)
        self._low = low if self._low is None else np.minimum(self._low, low)
        self._high = high if self._high is None else np.maximum(self._high, high)
        self._total += float(rows.sum(dtype=np.float64))
        self.rows += len(rows)
        if self.rows <= DUPLICATES_UP_TO:
            self._hashes.append(self._hash(rows))
        else:
            self._hashes.clear()

    def summary(self) -> dict[str, Any]:
        """Counts for the report; `duplicates` is None when there were too many samples to tell."""
        if self._low is None or self._high is None:
            return {}
        return {
            "nan": 0,
            "inf": 0,
            "duplicates": self._duplicates(),
            "constant_features": int((self._low == self._high).sum()),
            "min": float(self._low.min()),
            "max": float(self._high.max()),
            "mean": self._total / (self.rows * self.features),
        }

    def _duplicates(self) -> int | None:
        if not self._hashes:
            return None
        hashes = np.concatenate(self._hashes)
        self._hashes = []
        hashes.sort()
        return int((hashes[1:] == hashes[:-1]).sum())

    def _hash(self, rows: NDArray[Any]) -> NDArray[np.uint64]:
        """One 64-bit number a row: a weighted sum of its mixed 8-byte words."""
        data = np.ascontiguousarray(rows).view(np.uint8).reshape(len(rows), -1)
        if data.shape[1] % 8:
            data = np.pad(data, ((0, 0), (0, -data.shape[1] % 8)))
        words = data.view(np.uint64)
        if self._weights is None:
            random = np.random.default_rng(0)
            self._weights = random.integers(0, 1 << 63, words.shape[1], dtype=np.uint64) * 2 + 1
        mixed = (words ^ (words >> np.uint64(32))) * self._weights
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        return np.asarray(mixed.sum(axis=1, dtype=np.uint64))
