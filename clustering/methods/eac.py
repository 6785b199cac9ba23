"""Evidence accumulation."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.eac import eac
from clustering.consensus.ensemble import Ensemble
from clustering.methods.consensus import Consensus
from clustering.params.eac import EacParams
from clustering.run import Run


class Eac(Consensus[EacParams]):
    """EAC; see `clustering.consensus.eac`."""

    def merge(self, ensemble: Ensemble, run: Run) -> NDArray[np.int64]:
        p = self.params
        return eac(ensemble, p.n_clusters, linkage=p.linkage, budget_bytes=run.memory_budget_bytes)
