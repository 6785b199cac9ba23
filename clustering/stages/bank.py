"""The latest embeddings of a training."""

from typing import TypedDict

import torch
from torch import Tensor


class Banked(TypedDict):
    """What a memory bank remembers."""

    rows: Tensor
    """(size, d), the unused ones 0."""
    pushed: int
    """Embeddings that were ever put in."""


class MemoryBank:
    """A ring of embeddings, of which a new one takes the place of the oldest.

    Args:
        size: embeddings that it holds.
        width: d of each.
        device: where they lie.
    """

    def __init__(self, size: int, width: int, device: str) -> None:
        self.rows = torch.zeros(size, width, device=device)
        """(size, d), in no particular order."""
        self._pushed = 0

    @property
    def full(self) -> bool:
        """Whether every place has been taken."""
        return self._pushed >= len(self.rows)

    def push(self, z: Tensor) -> None:
        """Put in embeddings (b, d), the oldest first; of more than there is place for the latest stay."""
        size = len(self.rows)
        latest = z.detach()[-size:]
        first = self._pushed + len(z) - len(latest)
        places = torch.arange(first, first + len(latest), device=self.rows.device) % size
        self.rows[places] = latest.to(self.rows)
        self._pushed += len(z)

    def state_dict(self) -> Banked:
        """What a resumed run goes on from."""
        return Banked(rows=self.rows, pushed=self._pushed)

    def load_state_dict(self, state_dict: Banked, /) -> None:
        """Go on from a state."""
        self.rows.copy_(state_dict["rows"])
        self._pushed = state_dict["pushed"]
