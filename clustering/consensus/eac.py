"""Evidence accumulation."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.co_association import co_association
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.linkage import agglomerate
from clustering.consensus.memory import BUDGET_BYTES


def eac(
    ensemble: Ensemble,
    k: int,
    *,
    linkage: Literal["average", "single"] = "average",
    budget_bytes: int = BUDGET_BYTES,
) -> NDArray[np.int64]:
    """Linkage of the similarities that count how many clusterings put two samples together.

    Args:
        ensemble: the clusterings.
        k: number of clusters.
        linkage: average, or single as in the paper.
        budget_bytes: memory allowed.

    Returns:
        (n,) clusters 0..k-1; -1 for a sample without any label.

    Raises:
        InvalidData: more clusters than distinct rows of labels.
        TooLarge: m² numbers do not fit, for m distinct rows of labels.

    Source:
        Fred, Jain 2005.
    """
    rows = ensemble.for_clusters(k)
    alike = co_association(rows, budget_bytes=budget_bytes)
    return rows.spread(agglomerate(np.subtract(1.0, alike, out=alike), k, sizes=rows.sizes, linkage=linkage))
