"""NrDipMeans: non-redundant k-means whose clusters are split as long as they show several modes."""

import numpy as np
import torch
from torch import Generator, Tensor

from clustering.partition.dip import dip, p_value
from clustering.partition.kmeans import kmeans
from clustering.partition.nonredundant import NonRedundant, Options, Start
from clustering.partition.nrkmeans import nrkmeans, refined

SIGNIFICANT = 0.001
"""p-value below which a member sees several modes."""
SHARE = 0.01
"""Of the members that have to see them before a cluster is split."""
VIEWERS, VIEWED = 50, 512
"""Members of a cluster that are asked, and those that they look at; drawn at random from larger clusters."""


def nrdipmeans(
    x: Tensor, spaces: int, generator: Generator, *, max_clusters: int, options: Options
) -> NonRedundant:
    """Begin with two clusters in each space; split the cluster that shows most clearly several modes.

    A member of a cluster sees several modes where its distances to the others, within the space, have too
    large a dip for one. The cluster with the largest mean dip of such members is split by 2-means, and the
    search goes on in all spaces, until no cluster is a candidate.

    Args:
        x: (n, d) samples, d at least the number of spaces.
        spaces: clusterings to find.
        generator: a generator on the CPU; the same seed gives the same partitions.
        max_clusters: of one space.
        options: how each search goes.

    Source:
        Mautz, Ye, Plant, Böhm 2020 (NrDipmeans), by what Miklautz 2024 says of it; the viewers are those of
        Kalogeratos, Likas 2012 (dip-means). Departs: members are drawn from large clusters, and p-values come
        from bootstraps of powers of two.
    """
    x = x.detach().double().cpu()
    found = nrkmeans(x, [2] * spaces, generator, n_init=10, options=options)
    while True:
        scores = [
            (_score(_members(x, found, s, k), generator), s, k)
            for s, count in enumerate(found.counts)
            if count < max_clusters
            for k in range(count)
        ]
        score, s, k = max(scores, default=(0.0, 0, 0))
        if score <= 0:
            return found
        options.check(0.0)
        better = refined(x, _split(x, found, s, k, generator=generator), options)
        if sum(better.counts) <= sum(found.counts):
            return found
        found = better


def _members(x: Tensor, found: NonRedundant, s: int, k: int) -> Tensor:
    """(m, d_s) a cluster as seen in its space."""
    return x[found.labels[s] == k] @ found.rotation[:, found.dimensions[s]]


def _score(seen: Tensor, generator: Generator) -> float:
    """Mean dip of the members (m, d_s) of a cluster that see several modes; 0 if they are too few."""
    seen = seen[torch.randperm(len(seen), generator=generator)[:VIEWED]]
    if len(seen) < 8:
        return 0.0
    distances = torch.cdist(seen[:VIEWERS], seen).numpy()
    dips = np.array([dip(row) for row in distances])
    split = np.array([p_value(value, len(seen)) < SIGNIFICANT for value in dips])
    return float(dips[split].mean()) if split.mean() > SHARE else 0.0


def _split(x: Tensor, found: NonRedundant, s: int, k: int, *, generator: Generator) -> Start:
    """The same with two centers, of 2-means within the space, in place of one."""
    halves = kmeans(_members(x, found, s, k), 2, generator=generator).labels
    members = x[found.labels[s] == k]
    two = torch.stack([members[halves == half].mean(dim=0) for half in (0, 1)])
    centers = list(found.centers)
    centers[s] = torch.cat([centers[s][:k], centers[s][k + 1 :], two])
    return Start(found.rotation, found.dimensions, centers)
