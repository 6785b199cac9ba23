"""Meta-clustering."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.mcla import mcla
from clustering.methods.consensus import Consensus
from clustering.params.mcla import MclaParams
from clustering.run import Run


class Mcla(Consensus[MclaParams]):
    """MCLA; see `clustering.consensus.mcla`."""

    def merge(self, ensemble: Ensemble, run: Run) -> NDArray[np.int64]:
        p = self.params
        return mcla(
            ensemble,
            p.n_clusters,
            collapse=p.collapse,
            seed=run.seed_for("consensus"),
            budget_bytes=run.memory_budget_bytes,
        )
