"""All pairs of many labelings at once, by products of their membership matrices."""

import math

import torch
from torch import Tensor

BLOCK_NUMBERS = 2**24
"""Counts, and memberships, that are held at once."""


def nmi_of_pairs(labels: Tensor, clusters: int) -> Tensor:
    """Normalized mutual information of every pair of labelings.

    2 I(A; B) / (H(A) + H(B)),   I = H(A) + H(B) - H(A, B),   H(A, B) = log n - 1/n Σ_ij n_ij log n_ij

    Two labelings of one group each agree fully (1); one such and any other share nothing (0).

    Args:
        labels: (m, n) whole numbers from 0 to clusters - 1.
        clusters: of the labeling with most of them.

    Returns:
        (m, m) float64 in [0, 1], symmetric, 1 on the diagonal; on the labels' device.
    """
    joint = joint_entropies(labels, clusters)
    own = joint.diagonal()
    total = own[:, None] + own
    shared = torch.where(total > 0, 2 * (total - joint) / total, 1.0).clamp(0, 1)
    return shared.fill_diagonal_(1.0)


def mean_of_pairs(matrix: Tensor) -> Tensor:
    """Scalar mean of a symmetric (m, m) matrix over the pairs of different rows; 1 of a single row."""
    m = len(matrix)
    if m == 1:
        return matrix.new_ones(())
    return (matrix.sum() - matrix.diagonal().sum()) / (m * (m - 1))


def joint_entropies(labels: Tensor, clusters: int) -> Tensor:
    """(m, m) float64 H(A, B) in nats of every pair of labelings (m, n); H(A) on the diagonal."""
    m, n = labels.shape
    width = m * clusters
    rows = max(1, BLOCK_NUMBERS // width)
    parts = [_logs(_counts(labels, clusters, start, start + rows), m) for start in range(0, width, rows)]
    logs = torch.cat(parts).view(m, clusters, m).sum(dim=1)
    return (math.log(n) - logs / n).clamp_min(0)


def _counts(labels: Tensor, clusters: int, start: int, stop: int) -> Tensor:
    """(r, m * clusters) float64 common samples of some clusters with all; products of 0 and 1 are exact."""
    m = len(labels)
    size = max(1, BLOCK_NUMBERS // (m * clusters))
    total = 0.0
    for block in torch.split(labels, size, dim=1):
        members = torch.zeros(m, clusters, block.shape[1], device=labels.device)
        members = members.scatter_(1, block.long()[:, None], 1).flatten(0, 1)
        total = total + (members[start:stop] @ members.T).double()
    return torch.as_tensor(total)


def _logs(counts: Tensor, m: int) -> Tensor:
    """(r, m) Σ_j n_ij log n_ij over the clusters of each labeling, from counts (r, m * clusters)."""
    return torch.xlogy(counts, counts).view(len(counts), m, -1).sum(dim=2)
