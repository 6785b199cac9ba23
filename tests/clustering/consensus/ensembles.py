"""Ensembles for the tests of consensus functions."""

import numpy as np

from clustering.consensus.cspa import cspa
from clustering.consensus.eac import eac
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.hbgf import hbgf
from clustering.consensus.hgpa import hgpa
from clustering.consensus.lwea import lwea
from clustering.consensus.lwgp import lwgp
from clustering.consensus.mcla import mcla
from clustering.consensus.nmf import nmf
from clustering.consensus.structured_bipartite import structured_bipartite

EVERY = {
    "cspa": cspa,
    "hgpa": hgpa,
    "mcla": mcla,
    "hbgf": hbgf,
    "nmf": nmf,
    "lwea": lwea,
    "lwgp": lwgp,
    "eac": eac,
    "structured_bipartite": structured_bipartite,
}


def truth(n=60, k=3, seed=0):
    """(n,) balanced labels in no order."""
    return np.random.default_rng(seed).permutation(np.arange(n) % k)


def renamed(labels, seed=0):
    """The same partition under other names."""
    names = np.random.default_rng(seed).permutation(labels.max() + 1) + 5
    return np.where(labels < 0, labels, names[labels])


def noisy(n=60, k=3, *, m=6, share=0.2, seed=0):
    """The balanced labels, and m clusterings that each put some samples elsewhere."""
    rng = np.random.default_rng(seed + 1)
    right = truth(n, k, seed)
    moved = rng.random((m, n)) < share
    return right, np.where(moved, rng.integers(0, k, (m, n)), right)


def uneven(n=60, *, m=5, most=6, seed=0, missing=0.0):
    """An ensemble of random clusterings of 2 to `most` clusters, some of whose labels are missing."""
    rng = np.random.default_rng(seed)
    labels = np.stack([rng.integers(0, rng.integers(2, most + 1), n) for _ in range(m)])
    return Ensemble.of(np.where(rng.random((m, n)) < missing, -1, labels))
