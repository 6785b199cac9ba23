"""Rules by which centers follow the samples of a batch without gradients."""

import torch
from torch import Tensor

from clustering.partition.kmeans import means_of


def per_instance(centers: Tensor, counts: Tensor, z: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Move centers as if the batch's samples came one by one, each with the rate 1 / count.

    Sample by sample: c_s ← c_s + 1,  μ_s ← μ_s - (μ_s - z_i) / c_s. The samples of a cluster then weigh
    the same whatever their order, so a batch is one weighted mean: μ_j ← (c_j μ_j + Σ z_i) / (c_j + n_j).

    Args:
        centers: (k, d) centers μ.
        counts: (k,) samples c that each center has met; Yang et al. start from 100.
        z: (b, d) embeddings.
        labels: (b,) cluster of each, found before any center moves.

    Returns:
        (k, d) centers and (k,) counts; both unchanged for clusters without samples.

    Source:
        Yang et al. 2017, eq. 8.
    """
    means, sizes = means_of(z, labels, len(centers))
    counts = counts + sizes
    rate = sizes / counts.clamp_min(1)
    return torch.lerp(centers, means, rate[:, None]), counts


def running_count(centers: Tensor, counts: Tensor, z: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Move centers towards their batch means with the rate 1 / (1 + running mean of batch counts).

    Where n_j > 0:  c_j ← (c_j + n_j) / 2,  η = 1 / (c_j + 1),  μ_j ← (1 - η) μ_j + η mean_j

    Args:
        centers: (k, d) centers μ.
        counts: (k,) running counts c.
        z: (b, d) embeddings.
        labels: (b,) cluster of each, found before any center moves.

    Returns:
        (k, d) centers and (k,) counts; both unchanged for clusters without samples.

    Source:
        The rule that BRB's code declares (Miklautz et al. 2025); its `center_lr` is the half.
    """
    means, sizes = means_of(z, labels, len(centers))
    met = sizes > 0
    counts = torch.where(met, (counts + sizes) / 2, counts)
    rate = torch.where(met, 1 / (counts + 1), 0)
    return torch.lerp(centers, means, rate[:, None]), counts


def constant(centers: Tensor, z: Tensor, labels: Tensor, *, rate: float = 1 / 101) -> Tensor:
    """Move centers towards their batch means with a constant rate.

    Where n_j > 0:  μ_j ← (1 - η) μ_j + η mean_j

    Args:
        centers: (k, d) centers μ.
        z: (b, d) embeddings.
        labels: (b,) cluster of each, found before any center moves.
        rate: η.

    Returns:
        (k, d) centers, unchanged for clusters without samples.

    Source:
        What BRB's code does in effect (Miklautz et al. 2025): its counts stay at 100, so η = 1/101.
    """
    means, sizes = means_of(z, labels, len(centers))
    return torch.where(sizes[:, None] > 0, torch.lerp(centers, means, rate), centers)
