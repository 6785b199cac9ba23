"""U-SPEC as a whole: fit it to samples, then label any."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_array
from torch import Tensor, nn

from clustering.consensus.k_means import Starts
from clustering.consensus.transfer_cut import Cut, cut
from clustering.partition.uspec.graph import gaussian
from clustering.partition.uspec.representatives import choose
from clustering.partition.uspec.search import EXACT_ENTRIES, Search

SEARCHING = 0.5
"""Share of a cut that is over when the graph is there."""


@dataclass(frozen=True)
class Settings:
    """How U-SPEC works; the defaults are the paper's."""

    candidates: int = 10
    """Random samples for each representative."""
    neighbors: int = 5
    """K, representatives that a sample is joined to."""
    exact: bool | None = None
    """Whether all distances are computed; None where they are at most fifty million."""
    exact_scale: bool = False
    """See `cut_vectors`."""
    n_init: int = 3
    max_iter: int = 100
    """Starts of the last k-means, and iterations of each."""


def _silent(_: float) -> None:
    return None


class USpec(nn.Module):
    """A clustering of samples through representatives, which also places new ones.

    A new sample is treated as a fitted one: joined to its nearest representatives, it takes the weighted mean
    of their coordinates in the cut, and the cluster whose center is nearest to that.

    Source:
        Huang, Wang, Wu, Lai, Kwoh. Ultra-Scalable Spectral Clustering and Ensemble Clustering. IEEE
        Transactions on Knowledge and Data Engineering, 2020.
    """

    sigma: Tensor
    """() width of the kernel, float64."""
    gamma: Tensor
    """Leading eigenvalues of the cut, float64, one more than clusters where there are as many."""
    vectors: Tensor
    """(p, c) coordinates of the representatives, float64."""
    centers: Tensor
    """(k, c) of the clusters among them, float64."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.search = Search()
        self.register_buffer("sigma", torch.zeros((), dtype=torch.float64))
        self.register_buffer("gamma", torch.zeros(0, dtype=torch.float64))
        self.register_buffer("vectors", torch.zeros(0, 0, dtype=torch.float64))
        self.register_buffer("centers", torch.zeros(0, 0, dtype=torch.float64))

    def represent(
        self,
        z: Tensor,
        p: int,
        *,
        generator: torch.Generator,
        reach: Callable[[float], None] = _silent,
    ) -> None:
        """Choose representatives.

        Args:
            z: (n, d) samples.
            p: how many, at most n; of fewer distinct samples there are fewer.
            generator: on the CPU.
            reach: told how much is done, from 0 to 1; raises if the work is to end.
        """
        s = self.settings
        chosen = choose(z, p, candidates=s.candidates, generator=generator, reach=reach)
        exact = len(z) * len(chosen) <= EXACT_ENTRIES if s.exact is None else s.exact
        self.search.place(chosen, neighbors=s.neighbors, exact=exact, generator=generator)

    def cut(
        self, z: Tensor, k: int, *, seed: int, reach: Callable[[float], None] = _silent
    ) -> NDArray[np.int64]:
        """Join samples (n, d) to their representatives and cut the graph; their clusters (n,) 0..k-1.

        Raises:
            TooLarge: p² numbers do not fit.
        """
        s = self.settings
        nearest, distances = self.search.nearest(z, s.neighbors, lambda part: reach(part * SEARCHING))
        self.sigma = distances.mean(dtype=torch.float64)
        reach(SEARCHING)
        starts = Starts(seed, s.n_init, s.max_iter)
        edges = self._edges(nearest, distances)
        found, labels = cut(edges, k, exact_scale=s.exact_scale, starts=starts)
        reach(1)
        self.gamma = torch.from_numpy(found.gamma).to(z.device)
        self.vectors = torch.from_numpy(found.vectors).to(z.device)
        self.centers = torch.from_numpy(found.centers).to(z.device)
        return labels

    def label(self, z: Tensor, reach: Callable[[float], None] = _silent) -> NDArray[np.int64]:
        """(m,) clusters of samples (m, d), fitted or new."""
        known = Cut(*(t.cpu().numpy() for t in (self.gamma, self.vectors, self.centers)))
        edges = self._edges(*self.search.nearest(z, self.settings.neighbors, reach))
        return known.label(known.place(edges))

    def _edges(self, nearest: Tensor, distances: Tensor) -> csr_array:
        p = len(self.search.representatives)
        return gaussian(nearest, distances, p, sigma=float(self.sigma))
