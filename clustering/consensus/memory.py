"""Refusing what would not fit into memory, before it is tried."""

from clustering.errors import TooLarge

BUDGET_BYTES = 4 * 2**30


def within(budget_bytes: int, needed_bytes: int, what: str) -> None:
    """Let pass what fits.

    Raises:
        TooLarge: names the estimate and the budget.
    """
    if needed_bytes > budget_bytes:
        raise TooLarge(what, needed_bytes, budget_bytes)
