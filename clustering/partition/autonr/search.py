"""The search of AutoNR: split and merge spaces as long as the description of all samples gets shorter."""

from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Generator, Tensor

from clustering.partition.autonr.merges import merged
from clustering.partition.autonr.splits import cluster_split, noise_split
from clustering.partition.autonr.trial import Trial, bits, replaced
from clustering.partition.nonredundant import NonRedundant, Options


@dataclass(frozen=True)
class Limits:
    """How far the search goes."""

    repetitions: int = 15
    """Random starts of an attempt."""
    max_spaces: int | None = None
    """With that of the noise; None for as many as dimensions."""
    max_clusters: int | None = None
    """Of one space; None for as many as samples."""


@dataclass(frozen=True)
class Searched:
    """The model of the shortest description that was met."""

    model: NonRedundant
    costs: tuple[float, ...]
    """Bits of each accepted model, each fewer than those before."""


def autonr(x: Tensor, limits: Limits, generator: Generator, options: Options) -> Searched:
    """Find clusterings in subspaces of their own, their number, and that of the clusters in each.

    Begins with one space of noise. Splits are tried in the dearest space first, in the noise last; one is
    accepted if it makes the description of all samples shorter after going on in all dimensions. When none
    does, spaces are merged, and the search ends once merging does not pay either.

    Args:
        x: (n, d) samples, not all the same.
        limits: how far to go.
        generator: a generator on the CPU; the same seed gives the same partitions.
        options: with a coding of x, and pruning.

    Returns:
        The spaces by falling number of clusters, that of the noise last.

    Source:
        Leiber, Mautz, Plant, Böhm 2022 (AutoNR).
    """
    x = x.detach().double().cpu()
    trial = Trial(options, generator, limits.repetitions, limits.max_clusters or len(x))
    most = min(limits.max_spaces or x.shape[1], x.shape[1])
    model = trial.random(x, [1])
    costs, fresh = [model.mdl], False
    while True:
        better = _split(x, model, trial) if len(model.counts) < most else None
        fresh = fresh or better is not None
        if better is None and fresh:
            better, fresh = _merge(x, model, trial), False
            fresh = better is not None
        if better is None:
            return Searched(model, tuple(costs))
        model = better
        costs.append(model.mdl)


def _split(x: Tensor, model: NonRedundant, trial: Trial) -> NonRedundant | None:
    """The first split that makes the description shorter."""
    order = sorted(range(len(model.counts)), key=lambda s: (model.counts[s] == 1, -model.space_mdl[s]))
    for s in order:
        k, y = model.counts[s], x @ model.rotation[:, model.dimensions[s]]
        if k == 1:
            found = noise_split(y, trial)
        else:
            found = cluster_split(y, k, trial) if y.shape[1] > 1 else None
        better = _in_full(x, model, [s], found, trial=trial)
        if better is not None:
            return better
    return None


def _merge(x: Tensor, model: NonRedundant, trial: Trial) -> NonRedundant | None:
    """The merge of two spaces that makes the description shortest."""
    best = None
    for i, j in combinations([s for s, k in enumerate(model.counts) if k > 1], 2):
        seen = [model.rotation[:, model.dimensions[s]] for s in (i, j)]
        pair = (model.centers[i] @ seen[0], model.centers[j] @ seen[1])
        found = merged(x @ torch.cat(seen, dim=1), pair, trial)
        better = _in_full(x, model, [i, j], found, trial=trial)
        if better is not None and (best is None or better.mdl < best.mdl):
            best = better
    return best


def _in_full(
    x: Tensor, model: NonRedundant, old: list[int], found: NonRedundant | None, *, trial: Trial
) -> NonRedundant | None:
    """The model with what was found in place of old spaces, gone on with in all dimensions, if it is shorter.

    Unless the old spaces are all there are, what was found must be shorter than they are, too.
    """
    if found is None:
        return None
    alone = len(old) == len(model.counts)
    if not alone and bits(found) >= sum(model.space_mdl[s] for s in old):
        return None
    better = trial.onward(x, replaced(x, model, old, found))
    return better if better.mdl < model.mdl else None
