"""k-medoids on tensors: k-means++ seeding, then swaps that each lower the summed distance."""

from dataclasses import dataclass

import torch
from torch import Tensor

from clustering.partition.distances import squared_distances
from clustering.partition.kmeans import checked, seed_rows

BLOCK_ENTRIES = 1 << 18
TOLERANCE = 1e-5


@dataclass(frozen=True)
class KMedoids:
    """A k-medoids partition: (k,) rows of the medoids, (n,) labels int64, summed Euclidean distance."""

    medoids: Tensor
    labels: Tensor
    cost: float


def kmedoids(z: Tensor, k: int, *, generator: torch.Generator, max_passes: int = 20) -> KMedoids:
    """Choose k samples as medoids, such that the distances of all samples to the nearest sum up to little.

    Ends where no swap of a medoid with another sample lowers the sum by more than a hundred-thousandth.
    A pass over all candidates takes O(n²(d + k)) time, seconds for 10,000 samples; memory grows with n
    alone. Meant for subsamples.

    Args:
        z: (n, d) finite floating-point samples, n >= k.
        k: number of clusters.
        generator: a generator on the CPU; the same seed gives the same partition.
        max_passes: over all candidates.

    Raises:
        InvalidData: fewer samples than clusters, or a value that is not finite.

    Source:
        Kaufman, Rdusseeun 1987 (PAM); swaps taken as they are found, each candidate tried against all
        medoids at once: Schubert, Rousseeuw 2021 (FasterPAM). Departs: the best candidate of a block of
        rows is swapped, the seeds are those of k-means++.
    """
    checked(z, k)
    z = z - z.mean(dim=0)
    medoids = seed_rows(z, k, generator)
    candidates = torch.split(torch.arange(len(z), device=z.device), max(1, BLOCK_ENTRIES // len(z)))
    held, idle = _distances(z, z[medoids]), 0
    for block in candidates * max_passes:
        saved, row, leaving = _best_swap(_distances(z[block], z), held)
        idle += 1
        if saved > TOLERANCE * float(held.amin(dim=1).sum()):
            medoids[leaving] = block[row]
            held, idle = _distances(z, z[medoids]), 0
        if idle == len(candidates):
            break
    closest, labels = held.min(dim=1)
    return KMedoids(medoids, labels, float(closest.sum(dtype=torch.float64)))


def _distances(z: Tensor, to: Tensor) -> Tensor:
    return squared_distances(z, to).sqrt_()


def _best_swap(offered: Tensor, held: Tensor) -> tuple[float, int, int]:
    """How much the best swap saves, which candidate comes in and which medoid leaves.

    Whoever leaves, a sample nearer to the candidate than to its medoid moves to it. One whose medoid leaves
    gets as near as the candidate is, but no nearer than it was and no farther than its second medoid.

    Args:
        offered: (c, n) distances of candidates to all samples.
        held: (n, k) distances of all samples to the medoids.
    """
    k = held.shape[1]
    first, nearest = held.min(dim=1)
    second = held.scatter(1, nearest[:, None], torch.inf).amin(dim=1)
    members = torch.zeros_like(held).scatter_(1, nearest[:, None], 1)
    joined = first.sum() - torch.minimum(offered, first).sum(dim=1, keepdim=True)
    left = first @ members - offered.clamp(first, second) @ members
    saved = (joined + left).flatten()
    best = int(saved.argmax())
    return float(saved[best]), best // k, best % k
