"""How surely a partition is recognized under perturbation."""

from torch import Tensor
from torch.nn.functional import normalize

SMALLEST = 1e-12
"""Length up to which a column counts as empty."""


def partition_uncertainty(p: Tensor, q: Tensor) -> Tensor:
    """Each cluster, as a column of probabilities, has to be most like itself in the perturbed view.

    M_jl = cos(p_·j, q_·l),   L = -1/k Σ_j log (exp M_jj / Σ_l exp M_jl)

    Args:
        p: (..., b, k) assignments of the samples, rows on the simplex; leading dimensions count heads.
        q: (..., b, k) assignments of perturbed samples.

    Returns:
        (...); log(1 + (k - 1) / e) where both agree and no cluster shares a sample. A cluster without any
        probability has similarity 0.

    Source:
        Huang, Gong, Zhu 2020 (PICA), eq. 4 to 7.
    """
    similarity = normalize(p, dim=-2, eps=SMALLEST).mT @ normalize(q, dim=-2, eps=SMALLEST)
    return -similarity.log_softmax(dim=-1).diagonal(dim1=-2, dim2=-1).mean(dim=-1)
