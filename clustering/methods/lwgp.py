"""Locally weighted graph partitioning."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.lwgp import lwgp
from clustering.methods.consensus import Consensus
from clustering.params.lwgp import LwgpParams
from clustering.run import Run


class Lwgp(Consensus[LwgpParams]):
    """LWGP; see `clustering.consensus.lwgp`."""

    def merge(self, ensemble: Ensemble, run: Run) -> NDArray[np.int64]:
        p = self.params
        return lwgp(ensemble, p.n_clusters, theta=p.theta, seed=run.seed_for("consensus"))
