"""How far a fit is that is one search, without epochs to count."""

import time

from clustering.run import Progress, Run

HALF = 100
"""Iterations after which half of a search of unknown length is said to lie behind."""


class Search:
    """Reports each iteration of a fit's only stage, "search", and hears a cancel there.

    Args:
        run: the surroundings.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.started = time.monotonic()
        self.part = 0.0
        self.iterations = 0

    def reach(self, part: float) -> None:
        """At most this part of the search lies behind, from 0 to 1; it never falls.

        Raises:
            Cancelled: the run was told to stop at once.
        """
        self.part = max(self.part, part)
        elapsed = time.monotonic() - self.started
        self._report(elapsed * (1 - self.part) / self.part if self.part > 0 else None)

    def go_on(self, _: float = 0.0) -> None:
        """One more iteration of a search of unknown length: after t of them, t / (t + 100) lies behind.

        Raises:
            Cancelled: the run was told to stop at once.
        """
        self.iterations += 1
        self.part = self.iterations / (self.iterations + HALF)
        self._report(None)

    def _report(self, eta_s: float | None) -> None:
        self.run.check()
        self.run.report(
            Progress(
                stage="search",
                stage_index=0,
                stages=1,
                epoch=1,
                epochs=1,
                step=0,
                fraction=self.part,
                rate=None,
                eta_s=eta_s,
            )
        )
