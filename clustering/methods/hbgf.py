"""Hybrid bipartite graph."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.hbgf import hbgf
from clustering.methods.consensus import Consensus
from clustering.params.hbgf import HbgfParams
from clustering.run import Run


class Hbgf(Consensus[HbgfParams]):
    """HBGF; see `clustering.consensus.hbgf`."""

    def merge(self, ensemble: Ensemble, run: Run) -> NDArray[np.int64]:
        p = self.params
        return hbgf(ensemble, p.n_clusters, seed=run.seed_for("consensus"))
