"""How often two samples are in one cluster."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.label_rows import LabelRows
from clustering.consensus.memory import BUDGET_BYTES, within

BLOCK_ENTRIES = 1 << 22


def co_association(
    rows: LabelRows, weights: NDArray[np.float64] | None = None, *, budget_bytes: int = BUDGET_BYTES
) -> NDArray[np.float64]:
    """(m, m) similarities A = (1/M) H diag(w) Hᵀ in [0, 1] of the distinct rows; 1 on the diagonal.

    Args:
        rows: distinct rows of labels.
        weights: (q,) of the clusters; all 1 gives Fred and Jain's co-association, the ECI the locally
            weighted one.
        budget_bytes: memory allowed.

    Raises:
        TooLarge: names the estimate, which grows with m².

    Source:
        Fred, Jain 2005; Huang, Wang, Lai 2018, eq. 9.
    """
    m = len(rows.sizes)
    within(budget_bytes, 2 * 8 * m * m, f"Similarities of {m} distinct rows of labels")
    incidence = rows.incidence
    weighted = incidence if weights is None else incidence.multiply(weights).tocsr()
    out = np.empty((m, m))
    step = max(1, BLOCK_ENTRIES // m)
    for start in range(0, m, step):
        out[start : start + step] = (weighted[start : start + step] @ incidence.T).toarray()
    out /= len(rows.labels)
    np.fill_diagonal(out, 1.0)
    return np.minimum(out, 1.0, out=out)
