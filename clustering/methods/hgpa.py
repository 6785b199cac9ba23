"""Hypergraph partitioning."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.hgpa import hgpa
from clustering.methods.consensus import Consensus
from clustering.params.hgpa import HgpaParams
from clustering.run import Run


class Hgpa(Consensus[HgpaParams]):
    """HGPA; see `clustering.consensus.hgpa`."""

    def merge(self, ensemble: Ensemble, run: Run) -> NDArray[np.int64]:
        p = self.params
        return hgpa(
            ensemble,
            p.n_clusters,
            balanced=p.balanced,
            seed=run.seed_for("consensus"),
            budget_bytes=run.memory_budget_bytes,
        )
