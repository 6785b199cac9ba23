"""What a person should notice about a clustering."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from clustering.run import Metrics


def remarks(labels: NDArray[np.int64], sizes: NDArray[np.int64]) -> list[str]:
    """Warnings in words: empty clusters, clusters of one sample, one cluster with most samples, noise.

    One cluster holds most if its share is more than halfway from an even share to everything.

    Args:
        labels: (n,) -1 is noise.
        sizes: (k,) members of each cluster.
    """
    n, k = len(labels), len(sizes)
    found: list[str] = []
    if empty := int((sizes == 0).sum()):
        found.append(f"{empty} empty cluster{'s' if empty > 1 else ''}")
    if k < n and (single := int((sizes == 1).sum())):
        found.append(f"{single} cluster{'s' if single > 1 else ''} of one sample")
    largest = float(sizes.max(initial=0)) / n
    if k > 1 and largest > (1 + 1 / k) / 2:
        found.append(f"one cluster holds {largest:.0%}".replace("%", " %"))
    if noise := int((labels < 0).sum()):
        share = f"{noise / n:.1%}".replace("%", " %")
        found.append(f"{noise} outlier{'s' if noise > 1 else ''}, {share} of the samples, in no cluster")
    return found


def unlearned(curves: Iterable[Metrics]) -> list[str]:
    """A warning in words if training on confident labels found none in any batch, and so changed nothing."""
    skipped = [point.values["skipped"] for point in curves if "skipped" in point.values]
    if not skipped or min(skipped) < 1:
        return []
    return ["self-labelling changed nothing: no sample was confident enough; a lower threshold may help"]
