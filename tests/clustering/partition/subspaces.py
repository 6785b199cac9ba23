"""Samples with several clusterings in subspaces of a rotated space."""

import numpy as np
import torch

CORNERS = np.array([[0.0, 0.0], [8.0, 0.0], [0.0, 8.0]])


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def two_subspaces(n=500, noise=3, seed=0):
    """Two independent clusterings of three blobs each, and Gaussian noise, in a random rotation."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, (2, n))
    parts = [CORNERS[labels] * (1 + i / 8) + 0.5 * rng.normal(size=(n, 2)) for i, labels in enumerate(truth)]
    x = np.concatenate([*parts, rng.normal(size=(n, noise))], axis=1)
    turn = np.linalg.qr(rng.normal(size=(x.shape[1], x.shape[1])))[0]
    return torch.from_numpy(x @ turn), truth


def scatter_of(x, labels):
    """(d, d) within the clusters, sample by sample; outliers are left out."""
    total = np.zeros((x.shape[1], x.shape[1]))
    for k in set(labels[labels >= 0].tolist()):
        members = x[labels == k] - x[labels == k].mean(axis=0)
        total += sum(np.outer(each, each) for each in members)
    return total
