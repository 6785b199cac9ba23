"""The self-training of DEC and IDEC: soft assignment, its sharpened target, the loss between the two."""

import torch
from torch import Tensor

LOG_EPSILON = 1e-8
SMALLEST_MASS = 1e-12


def student_t(z: Tensor, centers: Tensor, alpha: float) -> Tensor:
    """Soft assignment of embeddings to centers by a Student-t kernel.

    q_ij ∝ (1 + ‖z_i - μ_j‖² / α) ^ (-(α + 1) / 2)

    Args:
        z: (n, d) embeddings.
        centers: (k, d) cluster centers μ.
        alpha: degrees of freedom α > 0; small α, heavy tails.

    Returns:
        (n, k), each row on the simplex.

    Source:
        Xie et al. 2016, eq. 1; the paper keeps α = 1. Computed from logarithms, so that a row far
        from every center does not underflow.
    """
    squared = (z[:, None] - centers).square().sum(dim=2)
    return torch.softmax(-(alpha + 1) / 2 * torch.log1p(squared / alpha), dim=1)


def sharpen(q: Tensor) -> Tensor:
    """Target distribution: squared assignments, weighed down by how full each cluster is.

    p_ij = (q_ij² / f_j) / Σ_j' (q_ij'² / f_j'),   f_j = Σ_i q_ij

    Args:
        q: (n, k) soft assignments of a batch, or of the whole dataset.

    Returns:
        (n, k) constants (detached), each row on the simplex.

    Source:
        Xie et al. 2016, eq. 3. f_j is kept at or above 1e-12, as it may underflow.
    """
    q = q.detach()
    weight = q.square() / q.sum(dim=0).clamp_min(SMALLEST_MASS)
    return weight / weight.sum(dim=1, keepdim=True)


def self_training(q: Tensor, p: Tensor) -> Tensor:
    """Cross-entropy from target to soft assignment, a mean over samples and their views.

    L = 1/(v b) Σ_v Σ_i ( - Σ_j p_ij log(q_ij^v + 1e-8) )

    Args:
        q: (v * b, k) soft assignments of v stacked views of the same b samples, clean view first.
        p: (b, k) target of the clean view; it serves every view.

    Returns:
        Scalar, in nats.

    Source:
        Xie et al. 2016, eq. 2 without the entropy of p, which no parameter moves; the shared target of
        augmented samples: Miklautz et al. 2025 (BRB), appendix E.
    """
    views = q.reshape(-1, *p.shape)
    return -(p * torch.log(views + LOG_EPSILON)).sum(dim=2).mean()
