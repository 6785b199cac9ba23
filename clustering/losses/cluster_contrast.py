"""Agreement of two views on what each cluster holds, against all other clusters."""

import torch
from torch import Tensor
from torch.nn.functional import normalize

SMALLEST = 1e-12
"""Length up to which a column counts as empty."""


def cluster_contrast(p: Tensor, q: Tensor, temperature: float) -> Tensor:
    """Each cluster, as a column of probabilities, has to find itself in the other view among all others.

    With c_1 … c_2k the columns of p and then of q, s_ij = cos(c_i, c_j) / τ and i' the other view of i:
        1/(2k) Σ_i [-s_ii' + log Σ_{j≠i} exp(s_ij)]

    Args:
        p: (..., b, k) assignments of one view, rows on the simplex; leading dimensions count heads.
        q: (..., b, k) assignments of the other view of the same samples.
        temperature: τ > 0.

    Returns:
        (...); log(1 + (2k - 2) exp(-1/τ)) where both views agree and no cluster shares a sample. A cluster
        without any probability has similarity 0.

    Source:
        Li et al. 2021 (CC), eq. 5 and 6.
    """
    columns = normalize(torch.cat([p, q], dim=-1), dim=-2, eps=SMALLEST)
    k = p.shape[-1]
    itself = torch.eye(2 * k, dtype=torch.bool, device=p.device)
    similarity = (columns.mT @ columns / temperature).masked_fill(itself, -torch.inf)  # (..., 2k, 2k)
    other = torch.arange(2 * k, device=p.device).roll(k)
    found = similarity.log_softmax(dim=-1).gather(-1, other.expand(*similarity.shape[:-1])[..., None])
    return -found.squeeze(-1).mean(dim=-1)
