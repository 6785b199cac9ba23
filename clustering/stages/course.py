"""The course of rounds: how far the members agreed in each, and the state of the best one."""

import math
from typing import TypedDict

from torch import Tensor, nn

STALE_ROUNDS = 3
FULL = 1 - 1e-9
"""Agreement of members that found the same clusters."""


class Passed(TypedDict):
    """What a course remembers."""

    agreements: list[float]
    best: dict[str, Tensor]


class Course:
    """Keeps the module's state of the round with the largest agreement, the latest of equals:
    its clusters are pulled together best.

    Source:
        Miklautz et al. 2022 (DECCS), section VI: the result is that round's.
    """

    def __init__(self) -> None:
        self._passed = Passed(agreements=[], best={})

    def enter(self, module: nn.Module, agreement: float) -> None:
        """Take in a round."""
        if agreement >= max(self._passed["agreements"], default=-math.inf):
            self._passed["best"] = {name: tensor.clone() for name, tensor in module.state_dict().items()}
        self._passed["agreements"].append(agreement)

    def settled(self, least: float | None) -> bool:
        """Whether the agreement changed by less than `least`, or did not rise by twice as much for long.

        Where members agree in full, nothing is left to rise.
        """
        agreements = self._passed["agreements"]
        if least is None or agreements[-1] >= FULL:
            return agreements[-1] >= FULL
        if len(agreements) > 1 and abs(agreements[-1] - agreements[-2]) < least:
            return True
        best, stale = -math.inf, 0
        for agreement in agreements:
            best, stale = (agreement, 0) if agreement > best + 2 * least else (best, stale + 1)
        return stale >= STALE_ROUNDS

    def restore(self, module: nn.Module) -> None:
        """Put the module back to where the agreement was largest."""
        module.load_state_dict(self._passed["best"])

    def state_dict(self) -> Passed:
        """What a resumed run goes on from."""
        return self._passed

    def load_state_dict(self, state_dict: Passed, /) -> None:
        """Go on from a state."""
        self._passed = Passed(agreements=list(state_dict["agreements"]), best=dict(state_dict["best"]))
