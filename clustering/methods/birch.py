"""BIRCH."""

import torch
from sklearn.cluster import AgglomerativeClustering
from sklearn.cluster import Birch as Tree
from torch import Tensor

from clustering.classical import samples, tensor, within_budget
from clustering.data import Data
from clustering.errors import InvalidData
from clustering.methods.base import Method
from clustering.params.birch import BirchParams
from clustering.partition.distances import nearest_center
from clustering.run import Run

_ROWS = 4096


class Birch(Method[BirchParams]):
    """scikit-learn's tree, filled a block at a time and hearing a cancel between blocks; then Ward's linkage.

    A sample belongs to the cluster of the subcluster whose center is nearest. A threshold so large that fewer
    subclusters than clusters remain gives that many clusters.
    """

    subclusters: Tensor
    """(m, d) centers of the leaves."""
    owner: Tensor
    """(m,) cluster of each leaf."""

    def __init__(self, params: BirchParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("subclusters", torch.zeros(0, torch.Size(shape).numel()))
        self.register_buffer("owner", torch.zeros(0, dtype=torch.int64))

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        x = samples(data, run)
        tree = Tree(threshold=p.threshold, branching_factor=p.branching_factor, n_clusters=None)
        for start in range(0, len(x), _ROWS):
            run.check()
            tree.partial_fit(x[start : start + _ROWS])
        leaves = tree.subcluster_centers_
        if len(leaves) > p.max_subclusters:
            raise InvalidData(
                f"The tree holds {len(leaves)} subclusters, {p.max_subclusters} are allowed; "
                f"raise the threshold of {p.threshold:g}."
            )
        within_budget(run, 8 * len(leaves) ** 2, f"Distances of {len(leaves)} subclusters")
        self.subclusters = tensor(leaves, run)
        self.owner = torch.arange(len(leaves), device=run.device)
        if len(leaves) > p.n_clusters:
            self.owner = tensor(AgglomerativeClustering(p.n_clusters).fit_predict(leaves), run)
        run.check()

    def embed(self, x: Tensor) -> Tensor:
        return x.flatten(1)

    def decode(self, z: Tensor) -> Tensor:
        return z.reshape(-1, *self.shape)

    def label(self, z: Tensor) -> Tensor:
        return self.owner[nearest_center(z, self.subclusters)]
