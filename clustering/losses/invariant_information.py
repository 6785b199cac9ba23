"""Information that the clusters of two views of a sample share."""

import torch
from torch import Tensor

SMALLEST = torch.finfo(torch.float64).eps


def invariant_information(p: Tensor, q: Tensor, marginal_weight: float = 1.0) -> Tensor:
    """The negative mutual information of the clusters of two views.

    P = sym(1/b Σ_i p_i q_iᵀ),   L = -Σ_jl P_jl (log P_jl - λ log P_j· - λ log P_·l)

    Args:
        p: (..., b, k) assignments of one view, rows on the simplex; leading dimensions count heads.
        q: (..., b, k) assignments of the other view of the same samples.
        marginal_weight: λ; above 1 it favors clusters of equal size.

    Returns:
        (...) in nats; at λ = 1 from -log k, where both views agree on clusters of equal size, to 0, where
        one view tells nothing of the other.

    Source:
        Ji, Henriques, Vedaldi 2019 (IIC), eq. 3; λ and the smallest probability as in their code.
    """
    joint = p.mT @ q
    joint = (joint + joint.mT) / 2
    joint = joint / joint.sum(dim=(-2, -1), keepdim=True)
    marginal = joint.sum(dim=-1).clamp_min(SMALLEST).log()
    joint = joint.clamp_min(SMALLEST)
    expected = marginal_weight * (marginal[..., :, None] + marginal[..., None, :])
    return -(joint * (joint.log() - expected)).sum(dim=(-2, -1))
