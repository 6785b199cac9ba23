"""Where a classification head over centers starts from."""

import torch
from torch import Tensor, nn


@torch.no_grad()
def start_at_centers(head: nn.Linear, z: Tensor, centers: Tensor) -> None:
    """Let a head tell the nearest center, with little confidence; its training has to gain that.

    softmax_j(W z + b) ∝ exp(-‖z - μ_j‖² / 2σ²),   σ² = 1/n Σ_i ‖z_i - z̄‖²

    Args:
        head: from d to k; changed in place.
        z: (n, d) embeddings; where they are all the same, σ is 1.
        centers: (k, d) centers μ.

    Source:
        Ours: Fisher's linear discriminant with equal weights, and the spread of all embeddings in the place
        of the one within clusters, which would make the head sure before it has learned. The logits are
        shifted by the same for all clusters, so that they stay small far from zero.
    """
    middle, off = centers.mean(dim=0), centers - centers.mean(dim=0)
    spread = (z - z.mean(dim=0)).square().sum(dim=1).mean()
    variance = torch.where(spread > 0, spread, 1)
    head.weight.copy_(off / variance)
    head.bias.copy_(-(off * (centers + middle)).sum(dim=1) / (2 * variance))
