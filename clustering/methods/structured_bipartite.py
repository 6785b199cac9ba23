"""Structured bipartite graph."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.structured_bipartite import structured_bipartite
from clustering.methods.consensus import Consensus
from clustering.params.structured_bipartite import StructuredBipartiteParams
from clustering.run import Run


class StructuredBipartite(Consensus[StructuredBipartiteParams]):
    """See `clustering.consensus.structured_bipartite`."""

    def merge(self, ensemble: Ensemble, run: Run) -> NDArray[np.int64]:
        p = self.params
        return structured_bipartite(
            ensemble,
            p.n_clusters,
            smoothness=p.smoothness,
            learned_rows=p.learned_rows,
            seed=run.seed_for("consensus"),
        )
