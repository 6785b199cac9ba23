"""What all methods are that cluster random projections of the samples and join what they find."""

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from clustering.classical import samples
from clustering.consensus.agreement import agreement
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.projections import projections
from clustering.data import Data
from clustering.extras import Extra
from clustering.methods.transductive import Transductive
from clustering.params.consensus import ProjectionParams
from clustering.run import Run

R = TypeVar("R", bound=ProjectionParams)


class Projected(Transductive[R], Generic[R]):
    """Hears a cancel between two projections; shows how far their clusterings agree."""

    agreed: dict[str, Any] | None
    """How far the clusterings of the projections agree, pair by pair; None of a single one."""

    def views(self, data: Data, run: Run) -> Iterator[NDArray[np.float64]]:
        """Random projections (n, p) of the samples."""
        p = self.params
        drawn = projections(samples(data, run), p.projection_dim, runs=p.runs, seed=run.seed_for("project"))
        for view in drawn:
            run.check()
            yield view

    def remember(self, soft: list[NDArray[np.float64]]) -> None:
        """Compare the clusters in which memberships (n, k) of each projection are largest."""
        several = len(soft) > 1
        self.agreed = agreement(Ensemble.of([u.argmax(axis=1) for u in soft])).json() if several else None

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:  # noqa: ARG002
        return {} if self.agreed is None else {"agreement": self.agreed}


def distinct(x: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The first of each kind of equal rows of x (n, d), the kind of each row, and how many there are."""
    _, first, kind, count = np.unique(x, axis=0, return_index=True, return_inverse=True, return_counts=True)
    return first, kind.ravel(), count
