"""Non-redundant k-means: several k-means partitions, each in its own directions of a rotated space."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Generator, Tensor

from clustering.errors import InvalidData
from clustering.partition.kmeans import checked, seed_points
from clustering.partition.mdl import Coding
from clustering.partition.nonredundant import NonRedundant, Options, Start
from clustering.partition.rotation import random_rotation, random_shares, shared_out
from clustering.partition.subspace import Partition, Samples, clustered


def nrkmeans(
    x: Tensor,
    clusters: Sequence[int],
    generator: Generator,
    *,
    n_init: int = 1,
    options: Options | None = None,
) -> NonRedundant:
    """Share out the directions of a rotated space among several k-means partitions.

    In turn: assign in each subspace and move its centers to their means; then, for each pair of spaces, give
    the first the directions in which its scatter is the smaller. It ends once no label changes. A space of
    one cluster is for noise: it comes last, and a direction leaves it only for what is more than rounding.

    Computes on the CPU in double precision.

    Args:
        x: (n, d) samples.
        clusters: k_s of each space; [k, 1] is SubKmeans.
        generator: a generator on the CPU; the same seed gives the same partitions.
        n_init: starts, of which the one of least cost is kept.
        options: how to search.

    Returns:
        As many spaces and clusters as asked for, unless `options.prune`.

    Raises:
        InvalidData: more spaces than dimensions, fewer samples than clusters, a value that is not finite, or
            a space of one cluster that is not the last.

    Source:
        Mautz, Ye, Plant, Böhm 2018 (Nr-Kmeans), algorithm 1; Mautz et al. 2017 (SubKmeans). Departs:
        k-means++ is greedy, and a cluster that runs empty takes the sample farthest from its center.
    """
    checked(x, max(clusters))
    if len(clusters) > x.shape[1]:
        raise InvalidData(f"{len(clusters)} spaces need as many dimensions; the samples have {x.shape[1]}.")
    if 1 in clusters[:-1]:
        raise InvalidData(f"A space of one cluster comes last and once; met {list(clusters)}.")
    samples, mean = _centered(x)
    searches = _in_turn(options or Options(), n_init)
    runs = (_run(samples, _random(samples, clusters, generator), search) for search in searches)
    best = min(runs, key=lambda found: found.cost if math.isnan(found.mdl) else found.mdl)
    return _shifted(best, mean).to(x.device)


def refined(x: Tensor, start: Start, options: Options | None = None) -> NonRedundant:
    """Go on from a rotation, its shares and centers, as `nrkmeans` does from random ones."""
    samples, mean = _centered(x)
    rotation = start.rotation.double().cpu()
    centers = [part.double().cpu() - mean for part in start.centers]
    moved = Start(rotation, [part.cpu() for part in start.dimensions], centers)
    return _shifted(_run(samples, moved, options or Options()), mean).to(x.device)


def described(x: Tensor, start: Start, *, outliers: bool) -> NonRedundant:
    """Partitions of samples (n, d) by given centers in given subspaces, with outliers and description length.

    Each sample is assigned once; the centers become means, those without samples go.
    """
    varied = bool((x != x[0]).any())
    coding = Coding.of(x, outliers=outliers) if varied else None
    return refined(x, start, Options(max_iter=0, prune=True, coding=coding))


def _centered(x: Tensor) -> tuple[Samples, Tensor]:
    x = x.detach().double().cpu()
    mean = x.mean(dim=0)
    return Samples(x - mean), mean


def _shifted(found: NonRedundant, mean: Tensor) -> NonRedundant:
    return replace(found, centers=tuple(centers + mean for centers in found.centers))


def _random(samples: Samples, clusters: Sequence[int], generator: Generator) -> Start:
    d = samples.x.shape[1]
    rotation = random_rotation(d, generator)
    shares = random_shares(d, len(clusters), generator)
    return Start(rotation, shares, [samples.x[seed_points(samples.points, k, generator)] for k in clusters])


def _in_turn(options: Options, n_init: int) -> Iterator[Options]:
    """The options of each start, which tells how far all of them are."""
    for start in range(n_init):

        def check(part: float, start: int = start) -> None:
            options.check((start + part) / n_init)

        yield replace(options, check=check)


def _run(samples: Samples, start: Start, options: Options) -> NonRedundant:
    parts, iterations = clustered(samples, start, options), 0
    while iterations < options.max_iter:
        options.check(iterations / options.max_iter)
        iterations += 1
        rotation, shares = shared_out(samples, parts, start, options.noise_coding)
        kept = [s for s, share in enumerate(shares) if len(share) or not options.prune]
        before = [parts[s] for s in kept]
        start = Start(rotation, [shares[s] for s in kept], [part.centers for part in before])
        parts = clustered(samples, start, options)
        if all(torch.equal(new.labels, old.labels) for new, old in zip(parts, before, strict=True)):
            break
    return _found(samples, parts, start, options.coding, iterations=iterations)


def _found(
    samples: Samples, parts: list[Partition], start: Start, coding: Coding | None, *, iterations: int
) -> NonRedundant:
    shares, bits = start.dimensions, []
    spread = [
        float(samples.along(part.scatter, start.rotation[:, share]).sum())
        for part, share in zip(parts, shares, strict=True)
    ]
    if coding is not None:
        bits = [
            coding.space(len(share), part.k, part.outside, scatter)
            for part, share, scatter in zip(parts, shares, spread, strict=True)
        ]
    return NonRedundant(
        rotation=start.rotation,
        dimensions=tuple(shares),
        labels=torch.stack([part.labels for part in parts]),
        centers=tuple(part.centers for part in parts),
        thresholds=torch.tensor([part.threshold for part in parts], dtype=torch.float64),
        cost=sum(spread),
        iterations=iterations,
        mdl=math.nan if coding is None else coding.total(bits),
        space_mdl=tuple(bits),
    )
