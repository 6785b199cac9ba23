"""Place centers in the embedding."""

import torch
from torch import Tensor

from clustering.params.deep import DeepParams
from clustering.partition.kmeans import kmeans
from clustering.run import Run

LOST_CENTER_NOISE = 1e-6
"""Of the embeddings' spread."""


def first_centers(run: Run, z: Tensor, params: DeepParams) -> Tensor:
    """Centers (k, d) by k-means on a random part of the embeddings (n, d).

    A center without samples, which fewer than k distinct embeddings leave behind, moves to a random
    sample and a little off it, so that training can tell it from the others.

    Source:
        Xie et al. 2016, section 3.3.1; the part, the starts and the little noise: Miklautz et al. 2025
        (BRB), where the noise has the same size whatever the embeddings' spread.
    """
    generator = torch.Generator().manual_seed(run.seed_for("first centers"))
    part = torch.randperm(len(z), generator=generator)[: max(params.kmeans_samples, params.n_clusters)]
    seen = z[part.sort().values.to(z.device)]
    found = kmeans(seen, params.n_clusters, generator=generator, n_init=params.n_init)
    lost = torch.bincount(found.labels, minlength=params.n_clusters) == 0
    drawn = torch.randint(len(seen), (params.n_clusters,), generator=generator).to(z.device)
    noise = _little(seen) * torch.randn(found.centers.shape, generator=generator).to(z)
    return torch.where(lost[:, None], seen[drawn] + noise, found.centers)


def _little(z: Tensor) -> Tensor:
    """A distance that is tiny against the spread of z (n, d), and still above its rounding."""
    spread = (z - z.mean(dim=0)).square().mean().sqrt()
    rounding = 16 * torch.finfo(z.dtype).eps * z.abs().max()
    little = torch.maximum(LOST_CENTER_NOISE * spread, rounding)
    return torch.where(little > 0, little, LOST_CENTER_NOISE)
