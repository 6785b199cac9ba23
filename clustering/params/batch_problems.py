"""Whether every batch of a data set has more samples than there are clusters to tell apart in it."""

from collections.abc import Iterator

from clustering.params.problem import Problem
from clustering.params.steps import smallest_batch


def batch_problems(n: int, size: int, k: int) -> Iterator[Problem]:
    """The reason why batches are too small, if they are.

    Args:
        n: samples of the data set.
        size: of a batch.
        k: clusters that a batch has to be larger than.
    """
    if size <= k:
        message = f"A batch of {size} samples cannot tell {k} clusters apart; it has to be larger."
        yield Problem("/batch_size", "batch_too_small", message, {"minimum": k + 1})
    elif k < n and (smallest := smallest_batch(n, size)) <= k:
        message = (
            f"Batches of {size} leave {smallest} of {n} samples for a last one, which cannot tell {k} "
            f"clusters apart; from {2 * k + 1} on none is too small."
        )
        yield Problem("/batch_size", "last_batch_too_small", message, {"minimum": 2 * k + 1})
