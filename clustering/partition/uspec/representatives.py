"""Choose representatives of many samples: centers of a random part of them."""

from collections.abc import Callable

import torch
from torch import Tensor

from clustering.partition.kmeans import kmeans, kmeans_from

ITERATIONS = 10


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
        k-means that starts from p of them, as in the authors' code. Departs: of fewer samples than there
        should be candidates, k-means++ chooses the starts, for among few random ones lie some so close
        together that they make a cluster of their own.
    """
    reach(0)
    drawn = torch.randperm(len(z), generator=generator)[: max(p, candidates * p)].to(z.device)
    seen = z[drawn.sort().values]
    if len(seen) < candidates * p:
        found = kmeans(seen, p, generator=generator, n_init=1, max_iter=ITERATIONS)
    else:
        found = kmeans_from(seen, z[drawn[:p]], max_iter=ITERATIONS)
    reach(1)
    return found.centers[torch.bincount(found.labels, minlength=p) > 0]
