"""Choose representatives of many samples: centers of a random part of them."""

from collections.abc import Callable

import torch
from torch import Tensor

from clustering.partition.kmeans import kmeans_from, seed_in_rounds, seed_rows

ITERATIONS, TOGETHER = 10, 16


def choose(
    z: Tensor, p: int, *, candidates: int, generator: torch.Generator, reach: Callable[[float], None]
) -> Tensor:
    """The centers that k-means finds among random samples; centers without any sample are left out.

    Args:
        z: (n, d) samples.
        p: representatives wanted, at most n.
        candidates: random samples for each representative; all if fewer.
        generator: on the CPU.
        reach: told how much is done, from 0 to 1; raises if the work is to end.

    Returns:
        (at most p, d), all different.

    Source:
        Huang et al. 2020 (U-SPEC), section 3.1.1: hybrid selection from 10 p candidates. Ten iterations of
        k-means, as in the authors' code. Departs: that starts from random candidates; here they lie far from
        each other, by k-means++ where there are fewer candidates than asked for, else drawn in rounds.
    """
    reach(0)
    drawn = torch.randperm(len(z), generator=generator)[: max(p, candidates * p)].sort().values
    seen = z[drawn.to(z.device)]
    found = kmeans_from(seen, seen[_starts(seen, p, generator, candidates)], max_iter=ITERATIONS)
    reach(1)
    return found.centers[torch.bincount(found.labels, minlength=p) > 0]


def _starts(seen: Tensor, p: int, generator: torch.Generator, candidates: int) -> Tensor:
    """(p,) rows of the candidates."""
    centered = seen - seen.mean(dim=0)
    if len(seen) < candidates * p:
        return seed_rows(centered, p, generator)
    return seed_in_rounds(centered, p, generator, together=TOGETHER)
