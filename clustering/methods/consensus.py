"""What all methods are that make one clustering out of several."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from clustering.classical import tensor
from clustering.consensus.agreement import agreement
from clustering.consensus.ensemble import Ensemble
from clustering.data import Data
from clustering.errors import InvalidData
from clustering.extras import Extra
from clustering.methods.transductive import Transductive
from clustering.params.consensus import EnsembleParams
from clustering.run import Run

C = TypeVar("C", bound=EnsembleParams)


class Consensus(Transductive[C], Generic[C]):
    """A consensus of the run's ensemble; of the samples it sees nothing but how many they are."""

    agreed: dict[str, Any]
    """How far the ensemble's clusterings agree, pair by pair."""

    def fit(self, data: Data, run: Run) -> None:
        run.check()
        ensemble = run.ensemble
        if ensemble is None:
            raise InvalidData(f"{self.params.title} needs clusterings; the run has to bring an ensemble.")
        if ensemble.n != data.n:
            raise InvalidData(f"The ensemble labels {ensemble.n} samples; the data set has {data.n}.")
        found = self.merge(ensemble, run)
        run.check()
        self.labels = tensor(found, run)
        self.agreed = agreement(ensemble).json()

    @abstractmethod
    def merge(self, ensemble: Ensemble, run: Run) -> NDArray[np.int64]:
        """(n,) the consensus; -1 for a sample without any label."""

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:  # noqa: ARG002
        return {"agreement": self.agreed}
