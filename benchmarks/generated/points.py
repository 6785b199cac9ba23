"""Vectors with clusters in some directions and none in others."""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.generated.factored import Factored, Labels, combinations

Floats = NDArray[np.float64]
CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
MOON_NOISE = 0.04
CRESCENT_NOISE, RING_NOISE, BLOB_NOISE = 0.1, 0.1, 0.5
BLOBS = (((2.0, 0.71), 0.02), ((2.0, 1.0), 0.045))
"""Center and deviation."""


def synth25(n: int = 12_000, noise: int = 25, seed: int = 0) -> Factored:
    """SYNTH-25: four spherical Gaussian clusters in two dimensions, beside unimodal Gaussian ones, (n, 27).

    Source:
        A.2, section 4 and its supplement: 12,000 points, well separated, 25 independent dimensions without
        structure; each is standardized before any fit. The corners of a square, four deviations from the
        middle, are ours.
    """
    rng = np.random.default_rng(seed)
    labels = combinations(n, {"cluster": 4}, rng)
    clustered = CORNERS[labels["cluster"]] + 0.25 * rng.standard_normal((n, 2))
    return Factored(_single(np.hstack([clustered, rng.standard_normal((n, noise))])), labels)


def moons_and_blobs(n: int = 3000, seed: int = 0) -> Factored:
    """SYNTH: two interleaved half-moons of n / 3 points each and two blobs of n / 6 each, (n, 2).

    Source:
        A.3, figure 1; noise and centers as the authors' code has them.
    """
    rng = np.random.default_rng(seed)
    third, sixth = n // 3, n // 6
    turned = np.array([[1.0, 0.5]]) - _arc(n - third - 2 * sixth)
    moons = np.concatenate([_arc(third), turned])
    moons = moons + MOON_NOISE * rng.standard_normal(moons.shape)
    blobs = [np.array(center) + spread * rng.standard_normal((sixth, 2)) for center, spread in BLOBS]
    y = np.repeat(np.arange(4), [third, len(turned), sixth, sixth])
    return _mixed(np.concatenate([moons, *blobs]), y, rng)


def subspaces(
    n: int = 1500, clusters: Sequence[int] = (3, 3), noise: int = 2, seed: int = 0, *, turned: bool = True
) -> Factored:
    """Independent planes with clusters on a circle each, and Gaussian noise, all turned at random.

    Shape (n, 2 · planes + noise). Centers lie six deviations from the middle of their plane.
    """
    rng = np.random.default_rng(seed)
    labels = combinations(n, {f"plane {number}": k for number, k in enumerate(clusters, 1)}, rng)
    planes = [_ring(label, k, rng) for label, k in zip(labels.values(), clusters, strict=True)]
    x = np.hstack([*planes, rng.standard_normal((n, noise))])
    return Factored(_single(x @ _rotation(x.shape[1], rng) if turned else x), labels)


def crescents(n: int, seed: int = 0) -> Factored:
    """Two thick half-moons, each of which reaches into the other, (n, 2)."""
    rng = np.random.default_rng(seed)
    turned = np.array([[1.0, 0.5]]) - _arc(n - n // 2)
    x = np.concatenate([_arc(n // 2), turned]) + CRESCENT_NOISE * rng.standard_normal((n, 2))
    return _mixed(x, np.repeat(np.arange(2), [n // 2, len(turned)]), rng)


def rings_and_blobs(n: int, seed: int = 0) -> Factored:
    """Three rings around each other and seven blobs around them, ten clusters of about n / 10, (n, 2)."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 10
    angles = rng.uniform(0, 2 * np.pi, n)
    ringed = (y % 3 + 1.0)[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    around = 2 * np.pi * y / 7
    blobs = 6 * np.stack([np.cos(around), np.sin(around)], axis=1)
    spread = np.where(y < 3, RING_NOISE, BLOB_NOISE)[:, None]
    x = np.where(y[:, None] < 3, ringed, blobs) + spread * rng.standard_normal((n, 2))
    return _mixed(x, y, rng)


def _mixed(x: Floats, y: Labels, rng: Generator) -> Factored:
    """Samples of one labeling in random order."""
    order = rng.permutation(len(x))
    return Factored(_single(x[order]), {"cluster": y[order]})


def _arc(m: int) -> Floats:
    """m points (m, 2) along the upper half of the unit circle."""
    angles = np.linspace(0, np.pi, m)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _ring(label: Labels, k: int, rng: Generator) -> Floats:
    angles = 2 * np.pi * (label + rng.random()) / k
    return 6 * np.stack([np.cos(angles), np.sin(angles)], axis=1) + rng.standard_normal((len(label), 2))


def _rotation(d: int, rng: Generator) -> Floats:
    q, r = np.linalg.qr(rng.standard_normal((d, d)))
    turn: Floats = q * np.sign(np.diag(r))
    return turn


def _single(x: Floats) -> NDArray[np.float32]:
    return x.astype(np.float32)
