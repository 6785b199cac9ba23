"""All pairs of many labelings at once, by products of their membership matrices."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

BLOCK_NUMBERS = 2**24
"""Counts, and memberships, that are held at once."""


@dataclass(frozen=True)
class Crossings:
    """What the contingency tables n_ij of every pair of m labelings of n samples add up to, in float64."""

    n: int
    entropy: Tensor
    """(m, m) H(A, B) = log n - 1/n Σ_ij n_ij log n_ij in nats; H(A) on the diagonal."""
    pairs: Tensor
    """(m, m) Σ_ij n_ij (n_ij - 1) / 2 pairs of samples that both put together."""

    def nmi(self) -> Tensor:
        """(m, m) 2 I(A; B) / (H(A) + H(B)) in [0, 1], 1 on the diagonal.

        Two labelings of one group each agree fully (1); one such and any other share nothing (0).
        """
        own = self.entropy.diagonal()
        total = own[:, None] + own
        shared = torch.where(total > 0, 2 * (total - self.entropy) / total, 1.0).clamp(0, 1)
        return shared.fill_diagonal_(1.0)

    def vi(self) -> Tensor:
        """(m, m) variation of information 2 H(A, B) - H(A) - H(B) in nats, 0 on the diagonal."""
        own = self.entropy.diagonal()
        return (2 * self.entropy - own[:, None] - own).clamp_min(0).fill_diagonal_(0.0)

    def ari(self) -> Tensor:
        """(m, m) adjusted Rand index, 1 on the diagonal and of two labelings without or of all pairs."""
        own = self.pairs.diagonal()
        expected = own[:, None] * own / max(self.n * (self.n - 1) / 2, 1)
        most = (own[:, None] + own) / 2
        found = torch.where(most > expected, (self.pairs - expected) / (most - expected), 1.0)
        return found.fill_diagonal_(1.0)


def crossings(labels: Tensor, clusters: int) -> Crossings:
    """Cross every pair of labelings.

    Args:
        labels: (m, n) whole numbers from 0 to clusters - 1.
        clusters: of the labeling with most of them.
    """
    m, n = labels.shape
    width = m * clusters
    rows = max(1, BLOCK_NUMBERS // width)
    logs, squares = [], []
    for start in range(0, width, rows):
        counts = _counts(labels, clusters, start, start + rows).view(-1, m, clusters)
        logs.append(torch.xlogy(counts, counts).sum(dim=2))
        squares.append(counts.square().sum(dim=2))
    log_sum, square_sum = (torch.cat(parts).view(m, clusters, m).sum(dim=1) for parts in (logs, squares))
    return Crossings(n, (math.log(n) - log_sum / n).clamp_min(0), (square_sum - n) / 2)


def nmi_of_pairs(labels: Tensor, clusters: int) -> Tensor:
    """(m, m) float64 NMI of every pair of labelings (m, n), on their device; see `Crossings.nmi`."""
    return crossings(labels, clusters).nmi()


def mean_of_pairs(matrix: Tensor) -> Tensor:
    """Scalar mean of a symmetric (m, m) matrix over the pairs of different rows; 1 of a single row."""
    m = len(matrix)
    if m == 1:
        return matrix.new_ones(())
    return (matrix.sum() - matrix.diagonal().sum()) / (m * (m - 1))


def _counts(labels: Tensor, clusters: int, start: int, stop: int) -> Tensor:
    """(r, m * clusters) float64 common samples of some clusters with all; products of 0 and 1 are exact."""
    m = len(labels)
    width = m * clusters
    total = torch.zeros(min(stop, width) - start, width, dtype=torch.float64, device=labels.device)
    for block in torch.split(labels, max(1, BLOCK_NUMBERS // width), dim=1):
        members = torch.zeros(m, clusters, block.shape[1], device=labels.device)
        members = members.scatter_(1, block.long()[:, None], 1).flatten(0, 1)
        total += members[start:stop] @ members.T
    return total
