"""Agreement of two views against all other samples."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize


def nt_xent(u: Tensor, temperature: float) -> Tensor:
    """Normalized temperature-scaled cross-entropy: each view has to find the other one among the rest.

    With s_ij = cos(u_i, u_j) / τ and i' the other view of i's sample:
        1/(2b) Σ_i [-s_ii' + log Σ_{j≠i} exp(s_ij)]

    Args:
        u: (2b, e) projections of two stacked views of the same b samples.
        temperature: τ > 0; small τ, the nearest wrong sample counts most.

    Returns:
        Scalar; log(2b - 1) where all projections are the same, 0 for one sample.

    Source:
        Chen, Kornblith, Norouzi, Hinton 2020 (SimCLR), eq. 1 and algorithm 1. BRB's code adds the two
        directions, each a mean over b, so that its loss is 2 times this one.
    """
    u = normalize(u, dim=1)
    count = len(u)
    itself = torch.eye(count, dtype=torch.bool, device=u.device)
    similarity = (u @ u.T / temperature).masked_fill(itself, -torch.inf)  # (2b, 2b)
    other = torch.arange(count, device=u.device).roll(count // 2)
    return cross_entropy(similarity, other)
