"""A consensus that also labels samples which came later."""

import torch
from torch import Tensor, nn

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.structured_bipartite import structured_bipartite


class Merged(nn.Module):
    """The consensus of h clusterings of k clusters each, by their structured bipartite graph.

    A sample on which all clusterings decide as on one of those merged gets its cluster; for another one each
    clustering votes with the shares of its cluster's samples among the clusters of the consensus.

    Args:
        members: h.
        clusters: k, of each clustering and of the consensus.
    """

    factors: Tensor
    """(h,) int64 odd random numbers; Σ_i factor_i label_i, modulo 2⁶⁴, tells rows of labels apart."""
    numbers: Tensor
    """(m,) int64 of the distinct rows of labels, ascending."""
    found: Tensor
    """(m,) int16 cluster of each such row."""
    votes: Tensor
    """(h, k, k) share of each member's clusters in each cluster of the consensus."""

    def __init__(self, members: int, clusters: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(members)
        drawn = torch.randint(-(2**62), 2**62, (members,), generator=generator)
        self.register_buffer("factors", 2 * drawn + 1, persistent=False)
        self.register_buffer("numbers", torch.zeros(0, dtype=torch.int64))
        self.register_buffer("found", torch.zeros(0, dtype=torch.int16))
        self.register_buffer("votes", torch.zeros(members, clusters, clusters))

    def learn(self, labels: Tensor, seed: int) -> None:
        """Merge clusterings (h, n); into fewer than k clusters where they tell fewer kinds of samples."""
        ensemble = Ensemble.of(labels.cpu().numpy())
        k = min(self.votes.shape[2], len(ensemble.rows.sizes))
        merged = torch.from_numpy(structured_bipartite(ensemble, k, seed=seed)).to(labels.device)
        self.numbers, first = _distinct(self._numbers(labels))
        self.found = merged[first].to(torch.int16)
        members, clusters = self.votes.shape[:2]
        place = torch.arange(members, device=labels.device)[:, None] * clusters + labels
        flat = (place * clusters + merged).flatten()
        counts = torch.bincount(flat, minlength=self.votes.numel()).view_as(self.votes)
        self.votes.copy_(counts / counts.sum(dim=2, keepdim=True).clamp_min(1))

    def forward(self, labels: Tensor) -> Tensor:
        """(n,) int64 clusters of samples with labels (h, n)."""
        numbers = self._numbers(labels)
        place = torch.searchsorted(self.numbers, numbers).clamp_max(len(self.numbers) - 1)
        voted = torch.zeros(labels.shape[1], self.votes.shape[2], device=labels.device)
        for votes, row in zip(self.votes, labels, strict=True):
            voted += votes[row]
        known = self.numbers[place] == numbers
        return torch.where(known, self.found[place].long(), voted.argmax(dim=1))

    def _numbers(self, labels: Tensor) -> Tensor:
        return (labels * self.factors[:, None]).sum(dim=0)


def _distinct(numbers: Tensor) -> tuple[Tensor, Tensor]:
    """The distinct of some numbers (n,), ascending, and where each of them stands first."""
    ordered, order = numbers.sort(stable=True)
    new = torch.ones_like(ordered, dtype=torch.bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new], order[new]
