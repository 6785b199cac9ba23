"""What true labels say of a clustering while it trains, told in figures only."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from clustering.metrics.agreement import accuracy, ari, nmi
from clustering.metrics.embedding import class_distances
from clustering.run import Score

AGREEMENT = {"acc": accuracy, "nmi": nmi, "ari": ari}


def score(columns: Mapping[str, NDArray[np.int64]]) -> Score | None:
    """For `Run.score`: agreement with the true labels, and how the embedding places their classes.

    `acc`, `nmi`, `ari`, `intra_class` and `inter_class` (cosine); of several columns `acc/<column>` and
    so on.

    Args:
        columns: true labels (n,) by column.

    Returns:
        None without columns.
    """
    if not columns:
        return None

    def figures(index: Tensor, labels: Tensor, z: Tensor) -> dict[str, float]:
        found: dict[str, float] = {}
        for column, codes in columns.items():
            ending = f"/{column}" if len(columns) > 1 else ""
            truth = codes[index.numpy()]
            apart = class_distances(z.numpy(), truth)
            agreement = {name: measure(truth, labels.numpy()) for name, measure in AGREEMENT.items()}
            of_column = {**agreement, "intra_class": apart.intra, "inter_class": apart.inter}
            found |= {f"{name}{ending}": value for name, value in of_column.items()}
        return found

    return figures
