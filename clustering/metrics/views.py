"""Whether the views of a sample have the same code."""

import torch
from torch import Tensor


def view_cosine(codes: Tensor) -> float:
    """Mean cosine between the codes of two views of a sample, over all pairs of views and all samples.

    It is 1 as well where all samples have the same code; `spread` tells.

    Args:
        codes: (n, v, d); of a single view it is 1.

    Source:
        The thesis, A.4, section 6.1.
    """
    v = codes.shape[1]
    if v == 1:
        return 1.0
    unit = torch.nn.functional.normalize(codes.double(), dim=2)
    total = unit.sum(dim=1).square().sum(dim=1) - unit.square().sum(dim=(1, 2))
    return float(total.mean() / (v * (v - 1)))


def spread(codes: Tensor) -> float:
    """Share of the codes' mean square that tells samples apart; 0 where all samples have the same code.

    tr Cov(z̄) / E ‖z_t‖², z̄ the mean over the views.

    Args:
        codes: (n, v, d).
    """
    codes = codes.double()
    whole = codes.square().sum(dim=2).mean()
    return float(codes.mean(dim=1).var(dim=0, correction=0).sum() / whole) if whole > 0 else 0.0
