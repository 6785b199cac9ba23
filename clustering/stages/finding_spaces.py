"""How many spaces an embedding has, how many clusters each, and where they start."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from torch import Generator, Tensor

from clustering.params.autonr import SearchParams
from clustering.params.enrc import ENRCParams
from clustering.params.nrdipmeans import DipSearchParams
from clustering.partition.autonr.search import Limits, Searched, autonr
from clustering.partition.mdl import Coding
from clustering.partition.nonredundant import NonRedundant, Options
from clustering.partition.nrdipmeans import nrdipmeans
from clustering.partition.nrkmeans import nrkmeans
from clustering.partition.spaces import Spaces
from clustering.run import Run
from clustering.stages.placing_spaces import of_subspaces, sampled


@dataclass(frozen=True)
class Found:
    """What a search found."""

    spaces: Spaces
    sizes: tuple[int, ...]
    """Clusters of each space, falling; a last 1 is shared by all samples."""
    costs: tuple[float, ...]
    """Bits of each accepted model of AutoNR, each fewer than those before."""


def find_spaces(run: Run, z: Tensor, params: ENRCParams) -> Found:
    """Spaces for embeddings (n, d) by AutoNR or NrDipMeans on a random part of them.

    Source:
        Leiber et al. 2022 (AutoNR), as an initialization in the thesis's pipeline for glass beads; Mautz et
        al. 2020 (NrDipmeans).
    """
    seen, generator = sampled(run, z, params)
    if params.init == "nrdipmeans":
        asked = params.dip_search or DipSearchParams()
        split = _falling(split_by_dips(seen, asked, generator, lambda _: run.check()))
        return Found(of_subspaces(split, z), tuple(split.counts), ())
    found = searched(seen, params.search or SearchParams(), generator, lambda _: run.check())
    return Found(of_subspaces(found.model, z), tuple(found.model.counts), found.costs)


def searched(
    x: Tensor, params: SearchParams, generator: Generator, check: Callable[[float], None]
) -> Searched:
    """The clusterings of samples (n, d) by AutoNR; of samples that are all the same, one cluster."""
    if bool((x == x[0]).all()):
        return Searched(nrkmeans(x, [1], generator), ())
    options = Options(
        max_iter=params.max_iter,
        prune=True,
        coding=Coding.of(x, outliers=params.outliers),
        noise_by_mdl=params.mdl_for_noise_space,
        check=check,
    )
    limits = Limits(params.repetitions, params.max_spaces, params.max_clusters)
    return autonr(x, limits, generator, options)


def split_by_dips(
    x: Tensor, params: DipSearchParams, generator: Generator, check: Callable[[float], None]
) -> NonRedundant:
    """The clusterings of samples (n, d) by NrDipMeans; of samples that are all the same, one cluster."""
    if bool((x == x[0]).all()):
        return nrkmeans(x, [1], generator)
    options = Options(max_iter=params.max_iter, prune=True, check=check)
    most = params.max_clusters or len(x)
    return nrdipmeans(x, params.n_spaces, generator, max_clusters=most, options=options)


def _falling(found: NonRedundant) -> NonRedundant:
    """The same with spaces of more clusters first."""
    order = sorted(range(len(found.counts)), key=lambda s: -found.counts[s])
    return replace(
        found,
        dimensions=tuple(found.dimensions[s] for s in order),
        labels=found.labels[order],
        centers=tuple(found.centers[s] for s in order),
        thresholds=found.thresholds[order],
    )
