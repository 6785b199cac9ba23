"""Stop a training that no longer gains on samples held out."""

import math
from collections.abc import Sequence
from typing import Any

from torch import nn

LEAST_GAIN = 1e-4
LOWERED = 0.9


class Memory:
    """The state that some modules once had."""

    def __init__(self, modules: Sequence[nn.Module]) -> None:
        self.now = [tensor for module in modules for tensor in module.state_dict().values()]
        self.then = [tensor.clone() for tensor in self.now]

    def keep(self) -> None:
        """Remember the state as it is."""
        for now, then in zip(self.now, self.then, strict=True):
            then.copy_(now)

    def restore(self) -> None:
        """Put the modules back."""
        for now, then in zip(self.now, self.then, strict=True):
            now.copy_(then)


class Patience:
    """Remembers the best state of some modules, lowers the rate on a plateau, and says when to stop.

    Any gain makes a state the best; one of at least `LEAST_GAIN` is worth to go on for.

    Args:
        modules: what is trained.
        groups: of its optimizer, each with a rate `lr`.
        patience: passes without gain on those after which to stop.

    Source:
        Miklautz et al. 2022 (DECCS), section VI, and its code: a plateau lasts half of the patience and
        costs a tenth of the rate.
    """

    def __init__(self, modules: Sequence[nn.Module], groups: list[dict[str, Any]], patience: int) -> None:
        self.best = Memory(modules)
        self.groups, self.patience = groups, patience
        self.least = self.least_ahead = math.inf
        self.without_gain = 0

    def goes_on(self, loss: float) -> bool:
        """Take in the loss on the held-out samples; whether to train on."""
        if loss < self.least:
            self.least = loss
            self.best.keep()
        if loss < self.least_ahead - LEAST_GAIN:
            self.least_ahead, self.without_gain = loss, 0
            return True
        self.without_gain += 1
        if self.without_gain == self.patience // 2:
            for group in self.groups:
                group["lr"] *= LOWERED
        return self.without_gain < self.patience

    def restore(self) -> None:
        """Put the modules back to where the loss was least."""
        if self.least < math.inf:
            self.best.restore()
