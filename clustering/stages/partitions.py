"""What DECCS does with the clusterings of a sample before it learns from them."""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

SCALE_FLOOR = 1e-12


@dataclass(frozen=True)
class Partitions:
    """Samples that every member has put into a cluster of some size."""

    rows: Tensor
    """(m,) their positions among the labeled samples, ascending."""
    labels: Tensor
    """(m, q) cluster by each member, 0 to its count - 1."""

    @property
    def counts(self) -> Tensor:
        """(q,) clusters of each member."""
        return self.labels.max(dim=0).values + 1


def standardized(z: Tensor) -> Tensor:
    """Embeddings (n, d) with zero mean and unit variance in each dimension; a constant one becomes 0."""
    deviation, mean = torch.std_mean(z, dim=0, correction=0)
    floor = SCALE_FLOOR + torch.finfo(z.dtype).eps * z.abs().amax(dim=0)
    return torch.where(deviation > floor, (z - mean) / deviation.clamp_min(SCALE_FLOOR), 0)


def without_small(labels: Tensor, least: int) -> Partitions:
    """Leave out samples in a cluster of fewer than `least` by any member, until there are none.

    Outliers (label -1) are left out too. Where nothing would remain, clusters of any size stay, and
    outliers as a cluster of their own if they are all there is.

    Args:
        labels: (q, n) by each member.
        least: size of the smallest cluster to keep.

    Source:
        The code of Miklautz et al. 2022 (DECCS), which leaves out clusters of up to 5.
    """
    for size, noise in ((least, False), (1, False), (1, True)):
        rows = _kept(labels, size, noise=noise)
        if len(rows):
            break
    renumbered = [torch.unique(row[rows], return_inverse=True)[1] for row in labels]
    return Partitions(rows, torch.stack(renumbered, dim=1))


def _kept(labels: Tensor, least: int, *, noise: bool) -> Tensor:
    rows = torch.arange(labels.shape[1], device=labels.device)
    while len(rows):
        kept = torch.ones(len(rows), dtype=torch.bool, device=labels.device)
        for row in labels[:, rows]:
            _, inverse, sizes = torch.unique(row, return_inverse=True, return_counts=True)
            kept &= (sizes[inverse] >= least) & (noise | (row >= 0))
        if bool(kept.all()):
            break
        rows = rows[kept]
    return rows


def split(labels: Tensor, holdout: float, generator: Generator) -> tuple[Tensor, Tensor]:
    """Cut samples at random into some to train on and some held out, every label in both.

    A label that one part lacks is lent by the other: such a sample is in both.

    Args:
        labels: (m, q) by each member.
        holdout: share of the second part.
        generator: on the labels' device.

    Returns:
        positions of the two parts.
    """
    m = len(labels)
    order = torch.randperm(m, generator=generator, device=labels.device)
    cut = min(max(m - round(holdout * m), 1), max(m - 1, 1))
    train, held = order[:cut], order[cut:]
    return _completed(train, held, labels), _completed(held, train, labels)


def _completed(part: Tensor, other: Tensor, labels: Tensor) -> Tensor:
    """A part with one sample of the other for each label that it lacks."""
    for row in labels.T:
        missing = other[~torch.isin(row[other], row[part])]
        _, which = torch.unique(row[missing], return_inverse=True)
        lacking = int(which.max()) + 1 if len(which) else 0
        part = torch.cat([part, *(missing[which == label][:1] for label in range(lacking))])
    return part


def one_hot(labels: Tensor, clusters: int) -> Tensor:
    """(m, q, k) float32 membership of samples, from labels (m, q)."""
    return torch.nn.functional.one_hot(labels, clusters).float()


def batch_means(z: Tensor, members: Tensor) -> tuple[Tensor, Tensor]:
    """Means of the clusters of all members, by one product.

    Args:
        z: (b, d) embeddings.
        members: (b, q, k) one-hot clusters.

    Returns:
        (q, k, d) means, 0 where a cluster has no samples, and (q, k) sizes.
    """
    q, k = members.shape[1:]
    sizes = members.sum(dim=0)
    sums = (members.flatten(1).T @ z).view(q, k, -1)
    return sums / sizes.clamp_min(1)[:, :, None], sizes


def followed(centers: Tensor, z: Tensor, members: Tensor) -> Tensor:
    """Centers moved halfway to the means of a batch, where it has any samples.

    Args:
        centers: (q, k, d).
        z: (b, d) embeddings, without gradients.
        members: (b, q, k) one-hot clusters.

    Source:
        The code of Miklautz et al. 2022 (DECCS).
    """
    means, sizes = batch_means(z, members)
    return torch.where(sizes[:, :, None] > 0, torch.lerp(means, centers, 0.5), centers)
