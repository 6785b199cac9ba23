"""New places for centers that samples have left."""

import torch
from torch import Generator, Tensor

from clustering.partition.kmeans import means_of

STEPS = 10
"""Iterations of k-means after a center has moved."""


def take_farthest(v: Tensor, centers: Tensor, weights: Tensor, lost: int) -> tuple[Tensor, Tensor]:
    """Put a lost center on the farthest sample of the cluster that costs most, then let k-means settle.

    Args:
        v: (m, d) rotated embeddings of random samples.
        centers: (k, d) of one space.
        weights: (d,) of that space, to the power of its distances.
        lost: which of the centers.

    Returns:
        (k, d) centers and (k,) sizes among the samples.

    Source:
        Miklautz et al. 2020 (ENRC), supplement: ten iterations in the space's own distances.
    """
    scaled, scale = v * weights.sqrt(), weights.sqrt().clamp_min(1e-6)
    places = centers * weights.sqrt()
    near = torch.cdist(scaled, places).square().min(dim=1)
    costs = torch.bincount(near.indices, near.values, minlength=len(centers))
    inside = near.indices == costs.argmax()
    farthest = torch.where(inside, near.values, -1).argmax()
    places = places.clone()
    places[lost] = scaled[farthest]
    sizes = v.new_zeros(len(centers))
    for _ in range(STEPS):
        labels = torch.cdist(scaled, places).argmin(dim=1)
        means, sizes = means_of(scaled, labels, len(centers))
        places = torch.where(sizes[:, None] > 0, means, places)
    labels = torch.cdist(scaled, places).argmin(dim=1)
    whole, _ = means_of(v, labels, len(centers))
    fallback = places / scale
    return torch.where(sizes[:, None] > 0, whole, fallback), sizes


def take_any(v: Tensor, generator: Generator) -> Tensor:
    """A random sample (d,) of rotated embeddings (m, d), a little off it.

    Source:
        Miklautz et al. 2021 (ACe/DeC), appendix.
    """
    row = torch.randint(len(v), (), generator=generator, device=v.device)
    noise = torch.randn(v.shape[1], generator=generator, device=v.device)
    return v[row] + 1e-4 * v.std(dim=0, correction=0) * noise
