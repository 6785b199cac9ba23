"""How unevenly samples fall into clusters."""

import math

from torch import Tensor
from torch.special import entr

SMALLEST = 1e-12


def imbalance(p: Tensor) -> Tensor:
    """What the entropy of the clusters' sizes lacks to that of equal ones.

    log k - H(p̄) = log k + Σ_j p̄_j log p̄_j,   p̄ = 1/b Σ_i p_i

    Args:
        p: (..., b, k) assignments, rows on the simplex; leading dimensions count heads.

    Returns:
        (...) in nats, from 0 of equal sizes to log k of all samples in one cluster.

    Source:
        Huang, Gong, Zhu 2020 (PICA), eq. 8; Li et al. 2021 (CC), the H(Y) of eq. 7, which lacks the constant.
    """
    sizes = p.mean(dim=-2).clamp_min(SMALLEST)
    lacking: Tensor = math.log(p.shape[-1]) - entr(sizes).sum(dim=-1)
    return lacking
