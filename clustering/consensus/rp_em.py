"""Random projections, a mixture of Gaussians in each, and complete linkage of what they agree on."""

import warnings
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from clustering.consensus.label_rows import in_order_of_samples
from clustering.consensus.linkage import agglomerate
from clustering.consensus.memory import BUDGET_BYTES, within
from clustering.errors import Collapsed

REGULARIZATION = 1e-5


def mixture_posteriors(
    views: Iterable[NDArray[np.float64]], k: int, *, regularization: float = REGULARIZATION, seed: int = 0
) -> Iterator[NDArray[np.float64]]:
    """Posteriors P(j|i) (n, k) of a mixture of k Gaussians with full covariances, fitted to each view (n, p).

    Raises:
        Collapsed: a component lost its width.
    """
    for run, view in enumerate(views):
        mixture = GaussianMixture(k, reg_covar=regularization, random_state=(seed + run) % 2**32)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            try:
                yield mixture.fit(view).predict_proba(view)
            except ValueError as error:
                raise Collapsed(
                    f"A component of a mixture of {k} Gaussians has no width left in projection {run}. "
                    "A larger regularization or fewer clusters may help."
                ) from error


def rp_em(
    posteriors: Iterable[NDArray[np.float64]], k: int, *, budget_bytes: int = BUDGET_BYTES
) -> NDArray[np.int64]:
    """Complete linkage of the probability that two samples have the same component, S = mean_r P_r P_rᵀ.

    Args:
        posteriors: (n, c) of each run.
        k: number of clusters.
        budget_bytes: memory allowed.

    Returns:
        (n,) clusters 0..k-1.

    Raises:
        TooLarge: n² numbers do not fit.

    Source:
        Fern, Brodley 2003.
    """
    alike = co_membership(posteriors, budget_bytes=budget_bytes)
    apart = np.subtract(1.0, alike, out=alike)
    ones = np.ones(len(apart), dtype=np.int64)
    return in_order_of_samples(agglomerate(apart, k, sizes=ones, linkage="complete"))


def co_membership(
    soft: Iterable[NDArray[np.float64]], *, budget_bytes: int = BUDGET_BYTES
) -> NDArray[np.float64]:
    """(n, n) S = mean over the runs of P Pᵀ for soft memberships P (n, c); not 1 on the diagonal.

    Raises:
        TooLarge: n² numbers do not fit.
    """
    runs, total = 0, np.zeros((0, 0))
    for memberships in soft:
        n = len(memberships)
        if not runs:
            within(budget_bytes, 2 * 8 * n * n, f"Similarities of {n} samples")
            total = np.zeros((n, n))
        total += memberships @ memberships.T
        runs += 1
    return np.divide(total, max(1, runs), out=total)
