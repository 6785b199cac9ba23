"""Locally weighted evidence accumulation."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.lwea import lwea
from clustering.methods.consensus import Consensus
from clustering.params.lwea import LweaParams
from clustering.run import Run


class Lwea(Consensus[LweaParams]):
    """LWEA; see `clustering.consensus.lwea`."""

    def merge(self, ensemble: Ensemble, run: Run) -> NDArray[np.int64]:
        p = self.params
        return lwea(ensemble, p.n_clusters, theta=p.theta, budget_bytes=run.memory_budget_bytes)
