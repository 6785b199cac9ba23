"""Consensus by factoring."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.nmf import nmf
from clustering.methods.consensus import Consensus
from clustering.params.nmf_consensus import NmfConsensusParams
from clustering.run import Run


class NmfConsensus(Consensus[NmfConsensusParams]):
    """Consensus by NMF; see `clustering.consensus.nmf`."""

    def merge(self, ensemble: Ensemble, run: Run) -> NDArray[np.int64]:
        p = self.params
        return nmf(
            ensemble,
            p.n_clusters,
            iterations=p.iterations,
            seed=run.seed_for("consensus"),
            budget_bytes=run.memory_budget_bytes,
        )
