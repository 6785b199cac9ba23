"""How alike several clusterings of the same samples are, and what it costs to be too much so."""

from typing import Literal, TypeAlias

import torch
from torch import Tensor
from torch.nn.functional import normalize

Normalization: TypeAlias = Literal["code", "paper"]

SMALLEST = 1e-12
"""Length up to which a column counts as empty."""
LEAST_BOUND = 1e-3
"""Where the bound on similarity stops falling: from 0 no factor would raise it again."""
BLOCK_NUMBERS = 2**24
"""Similarities of clusters that are held at once."""


def similarity_of_clusterings(p: Tensor) -> Tensor:
    """How well the clusters of one clustering are found again in another one.

    S(A, B) = 1/k Σ_i max_j cos(a_·i, b_·j)

    Args:
        p: (m, n, k) assignments of n samples by m clusterings, rows on the simplex.

    Returns:
        (m, m) in [0, 1]; row A, column B, not symmetric; 1 on the diagonal where no cluster is empty.

    Source:
        Metaxas, Tzimiropoulos, Patras 2023 (DivClust), eq. 2 to 4.
    """
    m, n, k = p.shape
    columns = normalize(p.float(), dim=1, eps=SMALLEST).permute(1, 0, 2).reshape(n, m * k)
    step = max(1, BLOCK_NUMBERS // (m * k))
    parts = torch.split(columns, step, dim=1)
    best = [(part.T @ columns).view(-1, m, k).max(dim=2).values for part in parts]
    return torch.cat(best).view(m, k, m).mean(dim=1)


def diversity(p: Tensor, bound: Tensor, normalization: Normalization) -> Tensor:
    """How far clusterings are more alike than a bound allows.

    1/c Σ_{A ≠ B} max(0, S(A, B) - d),   c = m (code) or m (m - 1) (paper)

    Args:
        p: (m, n, k) assignments of n samples by m clusterings, rows on the simplex.
        bound: scalar d; from 1 on nothing is asked for and the loss is 0.
        normalization: what the sum over ordered pairs is divided by.

    Returns:
        Scalar, 0 for a single clustering.

    Source:
        Metaxas, Tzimiropoulos, Patras 2023 (DivClust), eq. 5 and 6, whose mean over the other clusterings
        the released code leaves out.
    """
    m = len(p)
    if m == 1:
        return p.new_zeros(())
    excess = (similarity_of_clusterings(p) - bound).clamp_min(0)
    total = excess.sum() - excess.diagonal().sum()
    count = m if normalization == "code" else m * (m - 1)
    return torch.where(bound < 1, total / count, 0.0)


def next_bound(bound: Tensor, measured: Tensor, target: float, step: float) -> Tensor:
    """The bound on similarity after a look at how alike the clusterings are.

    d ← max(10⁻³, d (1 - m)) where D^R > D^T, else min(1, d (1 + m))

    Args:
        bound: scalar d.
        measured: scalar D^R, the mean NMI of two clusterings.
        target: D^T, the largest that is wanted.
        step: m.

    Source:
        Metaxas, Tzimiropoulos, Patras 2023 (DivClust), eq. 7. Departs in the least bound, which is 0 there.
    """
    lower, upper = (bound * (1 - step)).clamp_min(LEAST_BOUND), (bound * (1 + step)).clamp_max(1)
    return torch.where(measured > target, lower, upper)
