"""How many steps an epoch takes. Imports without torch."""

from itertools import pairwise


def stops(n: int, size: int) -> list[int]:
    """Where n samples are cut into batches; less than half a batch left over joins the last one.

    Args:
        n: samples, at least 2.
        size: of a batch.
    """
    return list(range(size, n - max(2, (size + 1) // 2) + 1, size))


def steps_an_epoch(n: int, size: int) -> int:
    """Batches that n samples make."""
    return len(stops(n, size)) + 1


def largest_batch(n: int, size: int) -> int:
    """Samples of the largest batch that n samples make."""
    return max(_sizes(n, size))


def smallest_batch(n: int, size: int) -> int:
    """Samples of the smallest batch that n samples make."""
    return min(_sizes(n, size))


def _sizes(n: int, size: int) -> list[int]:
    return [end - start for start, end in pairwise([0, *stops(n, size), n])]
