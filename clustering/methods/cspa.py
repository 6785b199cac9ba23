"""Cluster-based similarity partitioning."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.cspa import cspa
from clustering.consensus.ensemble import Ensemble
from clustering.methods.consensus import Consensus
from clustering.params.cspa import CspaParams
from clustering.run import Run


class Cspa(Consensus[CspaParams]):
    """CSPA; see `clustering.consensus.cspa`."""

    def merge(self, ensemble: Ensemble, run: Run) -> NDArray[np.int64]:
        p = self.params
        return cspa(
            ensemble,
            p.n_clusters,
            balanced=p.balanced,
            seed=run.seed_for("consensus"),
            budget_bytes=run.memory_budget_bytes,
        )
