"""Place centers in the embedding."""

from typing import Literal, TypeAlias

import torch
from torch import Generator, Tensor

from clustering.params.deep import DeepParams
from clustering.partition.em import mixture_means
from clustering.partition.kmeans import kmeans, seed_rows
from clustering.partition.kmedoids import kmedoids
from clustering.run import Run

LOST_CENTER_NOISE = 1e-6
"""Of the embeddings' spread."""

Placing: TypeAlias = Literal["kmeans", "kmeans++", "kmedoids", "em", "random"]


def first_centers(run: Run, z: Tensor, params: DeepParams) -> Tensor:
    """Centers (k, d) by k-means on a random part of the embeddings (n, d).

    Source:
        Xie et al. 2016, section 3.3.1; the part and the starts: Miklautz et al. 2025 (BRB).
    """
    generator = torch.Generator().manual_seed(run.seed_for("first centers"))
    part = some(len(z), max(params.kmeans_samples, params.n_clusters), generator)
    return place(z[part.to(z.device)], params.n_clusters, generator, n_init=params.n_init)


def some(n: int, size: int, generator: Generator) -> Tensor:
    """Positions of a random part of n samples, ascending; of all of them where they are no more than size."""
    return torch.randperm(n, generator=generator)[:size].sort().values


def place(z: Tensor, k: int, generator: Generator, *, by: Placing = "kmeans", n_init: int = 10) -> Tensor:
    """Centers (k, d) of embeddings (n, d).

    A center of k-means without samples, which fewer than k distinct embeddings leave behind, moves to a
    random sample and a little off it, so that training can tell it from the others.

    Args:
        z: (n, d) embeddings, n >= k.
        k: number of centers.
        generator: a generator on the CPU.
        by: k-means; the seeds of k-means++ alone; medoids; means of a Gaussian mixture; random samples.
        n_init: starts of k-means and of the mixture.

    Source:
        Miklautz et al. 2025 (BRB), where the noise has the same size whatever the embeddings' spread.
    """
    match by:
        case "kmeans":
            return _placed_by_kmeans(z, k, generator, n_init)
        case "kmeans++":
            return z[seed_rows(z - z.mean(dim=0), k, generator)]
        case "kmedoids":
            return z[kmedoids(z, k, generator=generator).medoids]
        case "em":
            return mixture_means(z, k, seed=int(torch.randint(2**31, (), generator=generator)), n_init=n_init)
        case "random":
            distinct: Tensor = torch.unique(z, dim=0)
            return distinct[torch.randperm(len(distinct), generator=generator)[:k].to(z.device)]


def _placed_by_kmeans(z: Tensor, k: int, generator: Generator, n_init: int) -> Tensor:
    found = kmeans(z, k, generator=generator, n_init=n_init)
    lost = torch.bincount(found.labels, minlength=k) == 0
    drawn = torch.randint(len(z), (k,), generator=generator).to(z.device)
    noise = _little(z) * torch.randn(found.centers.shape, generator=generator).to(z)
    return torch.where(lost[:, None], z[drawn] + noise, found.centers)


def _little(z: Tensor) -> Tensor:
    """A distance that is tiny against the spread of z (n, d), and still above its rounding."""
    spread = (z - z.mean(dim=0)).square().mean().sqrt()
    rounding = 16 * torch.finfo(z.dtype).eps * z.abs().max()
    little = torch.maximum(LOST_CENTER_NOISE * spread, rounding)
    return torch.where(little > 0, little, LOST_CENTER_NOISE)
