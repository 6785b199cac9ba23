"""Many k-means clusterings of one embedding, as an ensemble that needs no training."""

import torch
from torch import Generator, Tensor, nn

from clustering.partition.kmeans import kmeans
from clustering.run import Run
from clustering.stages.merged import Merged

SHARES = {"k-means": (1.0, 1.0), "k-means/S": (0.8, 1.0), "k-means/F": (1.0, 0.5)}
"""Of the samples and of the features that each clustering sees."""


class RandomKMeans(nn.Module):
    """k-means clusterings of random samples or features, and their consensus.

    Args:
        count: clusterings.
        clusters: k of each.
        width: d of the embedding.

    Source:
        Metaxas, Tzimiropoulos, Patras 2023 (DivClust), the baselines CC-Kmeans, /S and /F of table 1, whose
        shares the supplement leaves open.
    """

    middle: Tensor
    """(d,) from which embeddings are measured."""
    places: Tensor
    """(count, k, d) centers, 0 in the features that a clustering does not see."""

    def __init__(self, count: int, clusters: int, width: int) -> None:
        super().__init__()
        self.register_buffer("middle", torch.zeros(width))
        self.register_buffer("places", torch.zeros(count, clusters, width))
        self.merged = Merged(count, clusters)

    def learn(self, run: Run, z: Tensor, name: str) -> None:
        """Cluster embeddings (n, d), seen in the shares of this name."""
        generator = Generator().manual_seed(run.seed_for(name))
        self.middle.copy_(z.mean(dim=0))
        self.places.zero_()
        for places in self.places:
            run.check()
            rows, features = _drawn(z - self.middle, len(places), SHARES[name], generator)
            part = rows[:, features]
            places[:, features] = kmeans(part, len(places), generator=generator, n_init=1).centers
        self.merged.learn(self.members(z), run.seed_for(f"merge {name}"))

    def members(self, z: Tensor) -> Tensor:
        """(count, n) int64 nearest centers of embeddings (n, d), in the features each clustering sees."""
        centers = self.places.flatten(0, 1)
        near = 2 * (z - self.middle) @ centers.T - centers.square().sum(dim=1)  # (n, count * k)
        return near.view(len(z), *self.places.shape[:2]).argmax(dim=2).T

    def forward(self, z: Tensor) -> Tensor:
        """(n,) int64 clusters of the consensus."""
        found: Tensor = self.merged(self.members(z))
        return found


def _drawn(z: Tensor, k: int, shares: tuple[float, float], generator: Generator) -> tuple[Tensor, Tensor]:
    """Random rows of embeddings (n, d), at least k, and positions of random features, at least one."""
    (n, d), (of_samples, of_features) = z.shape, shares
    rows, features = (torch.randperm(count, generator=generator).to(z.device) for count in (n, d))
    return z[rows[: max(k, round(of_samples * n))]], features[: max(1, round(of_features * d))]
