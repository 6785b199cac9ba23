"""Splits of one space into two."""

import math

from torch import Tensor

from clustering.partition.autonr.trial import Trial, bits, nearest_joined, widest_split
from clustering.partition.nonredundant import NonRedundant, Start

SIMILAR = 1e-5
"""Relative change of its bits up to which the noise has stayed the same."""


def noise_split(y: Tensor, trial: Trial) -> NonRedundant | None:
    """Take a space of clusters out of the noise: with two clusters, then one more while that pays.

    Each step goes on from the last after its widest cluster has been split; random starts come beside as long
    as the noise still changes. One dimension is clustered whole.

    Args:
        y: (n, m) samples as seen in the space.
        trial: how to try.

    Source:
        Leiber et al. 2022 (AutoNR), noise-space split.
    """
    noise = [1] if y.shape[1] > 1 else []
    best: NonRedundant | None = None
    settled = False
    for k in range(2, min(trial.max_clusters, len(y)) + 1):
        attempts = [] if settled else [trial.random(y, [k, *noise])]
        if best is not None and len(best.counts) == 1 + len(noise) and best.counts[0] == k - 1:
            split = [widest_split(y, best, 0), *best.centers[1:]]
            attempts.append(trial.onward(y, Start(best.rotation, best.dimensions, split)))
        if not attempts:
            break
        found = min(attempts, key=bits)
        if best is not None and bits(found) >= bits(best):
            break
        settled = settled or (best is not None and _noise_stays(best, found))
        best = found
    return best


def cluster_split(y: Tensor, k: int, trial: Trial) -> NonRedundant | None:
    """Make two spaces of clusters out of one with k: with k in both, then fewer while that pays.

    First both lose a cluster at a time, then one of them; max(k₁, k₂) ≤ k ≤ k₁ k₂ throughout. Where the k
    clusters are all pairs of two clusterings, any directions show k of them, and joining cannot turn them
    back; so random starts with as few as the bounds allow, ⌈√k⌉ in both, compete.

    Args:
        y: (n, m) samples as seen in the space, m at least 2.
        k: its clusters.
        trial: how to try.

    Source:
        Leiber et al. 2022 (AutoNR), cluster-space split. Departs: the second start.
    """
    most = _fewer(y, trial.random(y, [k, k]), (0, 1), k, trial=trial)
    least = math.isqrt(k - 1) + 1
    found = [start for start in (most, trial.random(y, [least, least])) if fits(start, k)]
    if not found:
        return None
    best = min(found, key=bits)
    for spaces in ((0,), (1,)):
        best = _fewer(y, best, spaces, k, trial=trial)
    return best


def fits(found: NonRedundant, k: int) -> bool:
    """Whether two spaces could together be one of k clusters."""
    return len(found.counts) == 2 and min(found.counts) > 1 and max(found.counts) <= k <= _product(found)


def _fewer(y: Tensor, best: NonRedundant, spaces: tuple[int, ...], k: int, *, trial: Trial) -> NonRedundant:
    """Join the two nearest centers in these spaces again and again, while that pays and fits."""
    while len(best.counts) == 2:
        left = [count - (s in spaces) for s, count in enumerate(best.counts)]
        if min(left) < 2 or left[0] * left[1] < k:
            break
        centers = [
            nearest_joined(part, best.rotation[:, best.dimensions[s]]) if s in spaces else part
            for s, part in enumerate(best.centers)
        ]
        found = trial.onward(y, Start(best.rotation, best.dimensions, centers))
        if not fits(found, k) or bits(found) >= bits(best):
            break
        best = found
    return best


def _product(found: NonRedundant) -> int:
    first, second = found.counts
    return first * second


def _noise_stays(before: NonRedundant, after: NonRedundant) -> bool:
    same = len(before.counts) == len(after.counts) == 2 and len(before.dimensions[1]) == len(
        after.dimensions[1]
    )
    return same and abs(before.space_mdl[1] - after.space_mdl[1]) < SIMILAR * abs(before.space_mdl[1])
