"""Consensus by factoring the co-association matrix."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.k_means import k_means
from clustering.consensus.label_rows import LabelRows
from clustering.consensus.memory import BUDGET_BYTES, within

TINY = 1e-8
START = 0.2
FLOOR = 1e-3


@dataclass(frozen=True)
class Factors:
    """M ≈ Q S Qᵀ for the co-associations M = (1/M) H Hᵀ of all samples, never formed themselves."""

    H: csr_array
    """(m, q) memberships of the rows, divided by √M."""
    sizes: NDArray[np.float64]
    """(m,) samples that a row stands for; samples with the same labels have the same row of Q."""
    Q: NDArray[np.float64]
    """(m, k) at least 0."""
    S: NDArray[np.float64]
    """(k, k) at least 0."""

    def updated(self) -> "Factors":
        """One multiplicative step of Q, then one of S.

        Q ← Q √(M Q S / (Q Qᵀ M Q S)),  S ← S √(Qᵀ M Q / (Qᵀ Q S Qᵀ Q)).
        """
        pulled = self.H @ (self.H.T @ (self.sizes[:, None] * self.Q)) @ self.S  # M Q S
        within = self.Q @ ((self.sizes[:, None] * self.Q).T @ pulled)
        Q = self.Q * np.sqrt(pulled / (within + TINY))
        counted = self.sizes[:, None] * Q
        reached, gram = self.H.T @ counted, Q.T @ counted
        S = self.S * np.sqrt(reached.T @ reached / (gram @ self.S @ gram + TINY))
        return Factors(self.H, self.sizes, Q, S)

    def cost(self) -> float:
        """‖M - Q S Qᵀ‖² over all pairs of samples."""
        counted = self.sizes[:, None] * self.Q
        reached, gram = self.H.T @ counted, self.Q.T @ counted
        common = self.H.T @ self.H.multiply(self.sizes[:, None])
        own = float((common.multiply(common)).sum())
        cross = float(((reached.T @ reached) * self.S.T).sum())
        return own - 2 * cross + float(np.trace(gram @ self.S @ gram @ self.S.T))

    def labels(self) -> NDArray[np.int64]:
        """(m,) argmax over k of Q diag(S)^½."""
        found: NDArray[np.int64] = (self.Q * np.sqrt(self.S.diagonal())).argmax(axis=1)
        return found


def nmf(
    ensemble: Ensemble, k: int, *, iterations: int = 200, seed: int = 0, budget_bytes: int = BUDGET_BYTES
) -> NDArray[np.int64]:
    """Factor the co-associations into memberships of k clusters.

    Args:
        ensemble: the clusterings.
        k: number of clusters.
        iterations: multiplicative updates.
        seed: of k-means, from which the factors start.
        budget_bytes: memory allowed.

    Returns:
        (n,) clusters, at most k; -1 for a sample without any label.

    Raises:
        InvalidData: more clusters than distinct rows of labels.
        TooLarge: q² numbers do not fit, for q clusters in all.

    Source:
        Li, Ding, Jordan 2007, eqs. 12 and 13. Starts from k-means of the rows of M, so that it can be
        repeated; co-associations stay in factors, in memory that grows with n k.
    """
    rows = ensemble.for_clusters(k)
    factors = started(rows, k, seed=seed, budget_bytes=budget_bytes)
    for _ in range(iterations):
        factors = factors.updated()
    return rows.spread(factors.labels())


def started(rows: LabelRows, k: int, *, seed: int = 0, budget_bytes: int = BUDGET_BYTES) -> Factors:
    """The factors of k-means of the rows of M, with some room to move in.

    Q = G (GᵀG)^(-½) + 0.2 / √n of its memberships G, so that QᵀQ is near the unit matrix; S is the best for
    the Q without the room, which would otherwise let small clusters fade.
    """
    q = len(rows.member)
    within(budget_bytes, 3 * 8 * q * q, f"Similarities of {q} clusters")
    sizes = rows.sizes.astype(np.float64)
    H = (rows.incidence / np.sqrt(len(rows.labels))).tocsr()
    values, vectors = eigh((H.T @ H.multiply(sizes[:, None])).toarray())
    seen = H @ (vectors * np.sqrt(np.maximum(values, 0)))  # as far apart as rows of M, in q numbers each
    found = k_means(seen, k, sizes=rows.sizes, seed=seed)
    count = np.bincount(found, sizes, minlength=k)
    Q = np.zeros((len(sizes), k))
    Q[np.arange(len(sizes)), found] = 1 / np.sqrt(count[found])
    reached = H.T @ (sizes[:, None] * Q)
    return Factors(H, sizes, Q + START / np.sqrt(sizes.sum()), reached.T @ reached + FLOOR)
