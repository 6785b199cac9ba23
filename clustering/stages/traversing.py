"""What the cluster space and the shared space of an embedding say, as points to be decoded."""

import torch
from torch import Tensor

COMPONENTS, POSITIONS, REACH = 3, 7, 2.0
"""Rows and columns of a traversal, and how far it goes in standard deviations."""


def cluster_part(v: Tensor, centers: Tensor, weights: Tensor) -> Tensor:
    """Samples with only what the cluster space knows of them; the rest is their cluster's.

    v β + m (1 - β), in the rotated embedding

    Args:
        v: (b, d) rotated embeddings.
        centers: (b, d) m, the center of each.
        weights: (d,) β of the cluster space.

    Source:
        Miklautz et al. 2021 (ACe/DeC), appendix; there z in the place of v, though the weights belong to
        the rotated dimensions.
    """
    return v * weights + centers * (1 - weights)


def shared_part(v: Tensor, centers: Tensor, weights: Tensor) -> Tensor:
    """Samples with only what the shared space knows of them: v (1 - β) + m β; see `cluster_part`."""
    return cluster_part(v, centers, 1 - weights)


def traversals(v: Tensor, start: Tensor, of_clusters: Tensor) -> Tensor:
    """Walks from one sample along the principal components of the shared dimensions.

    The cluster coordinates stay those of the sample; the shared ones are mean + t √λ_p PC_p for t from
    -2 to 2.

    Args:
        v: (n, d) rotated embeddings of all samples.
        start: (d,) of the sample.
        of_clusters: (d,) bool, the dimensions of the cluster space.

    Returns:
        (p, 7, d), a row a component; p is at most 3 and at most the shared dimensions, at least 1.

    Source:
        Miklautz et al. 2021 (ACe/DeC), appendix.
    """
    shared = ~of_clusters
    if not bool(shared.any()):
        return start.expand(1, POSITIONS, -1)
    part = v[:, shared]
    mean = part.mean(dim=0)
    values, vectors = torch.linalg.eigh((part - mean).T @ (part - mean) / len(part))
    count = min(COMPONENTS, len(values))
    steps = torch.linspace(-REACH, REACH, POSITIONS, device=v.device)
    walk = start.repeat(count, POSITIONS, 1)
    for row in range(count):
        axis = values[-1 - row].clamp_min(0).sqrt() * vectors[:, -1 - row]
        walk[row][:, shared] = mean + steps[:, None] * axis
    return walk
