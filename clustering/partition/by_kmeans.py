"""k-means that is fitted to samples once and then labels any."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from clustering.consensus.label_rows import in_order_of_samples
from clustering.partition.distances import nearest_center
from clustering.partition.kmeans import kmeans


class ByKMeans(nn.Module):
    """A clustering of samples by the nearest of some centers, which also places new ones."""

    centers: Tensor
    """(k, d)."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("centers", torch.zeros(0, 0))

    def fit(self, z: Tensor, k: int, *, generator: torch.Generator) -> NDArray[np.int64]:
        """Place the centers of samples, by the best of ten starts.

        Args:
            z: (n, d) samples.
            k: how many clusters; of fewer distinct samples there are fewer.
            generator: on the CPU.

        Returns:
            (n,) clusters, counted in the order of their first samples.
        """
        found = kmeans(z, k, generator=generator)
        labels = in_order_of_samples(found.labels.cpu().numpy())
        _, first = np.unique(labels, return_index=True)
        self.centers = found.centers[found.labels[torch.from_numpy(first).to(z.device)]]
        return labels

    def label(self, z: Tensor) -> NDArray[np.int64]:
        """(m,) clusters of samples (m, d), fitted or new."""
        return nearest_center(z, self.centers).cpu().numpy()
