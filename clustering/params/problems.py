"""Whether params fit a data set, told before any of its samples is read."""

from collections.abc import Iterator
from math import prod

from clustering.params.ae_clusterer import AEClustererParams
from clustering.params.autonr import AutoNRParams
from clustering.params.base import ClusterParams, MethodParams, NetParams
from clustering.params.beads import BeadsParams
from clustering.params.deccs import DECCSParams
from clustering.params.deep import DeepParams, SelfLabelledParams
from clustering.params.deepclue import DeepCluEParams, deepclue_problems
from clustering.params.enrc import ENRCParams
from clustering.params.heads import HeadsParams
from clustering.params.heads_problems import heads_problems
from clustering.params.idle import idle_problems
from clustering.params.network_problems import network_problems
from clustering.params.nrdipmeans import NrDipMeansParams
from clustering.params.nrkmeans import NrKMeansParams
from clustering.params.problem import PLAIN, Beside, Kind, Problem
from clustering.params.prototype_problems import prototype_problems
from clustering.params.prototypes import PrototypeParams
from clustering.params.reset_problems import reset_problems
from clustering.params.self_label_problems import self_label_problems
from clustering.params.space_problems import limit_problems, space_problems
from clustering.params.uspec import USpecParams, uspec_problems
from clustering.params.view_problems import view_problems

__all__ = ["PLAIN", "Beside", "Kind", "Problem", "idle_problems", "problems"]


def problems(
    params: MethodParams,
    *,
    kind: Kind,
    shape: tuple[int, ...],
    n: int,
    beside: Beside = PLAIN,
) -> list[Problem]:
    """All reasons why these params cannot be fitted to n samples of this shape.

    Args:
        params: of any method.
        kind: vectors or images.
        shape: of one sample as stored: (d,) for vectors, (h, w, c) for images.
        n: number of samples.
        beside: what the data set holds beside one picture a sample.
    """
    if kind not in params.accepts:
        accepted = " or ".join(sorted(params.accepts))
        message = f"{params.title} needs {accepted}; the data set has {kind}."
        return [Problem("/method", f"needs_{accepted}", message, None)]
    found = [*_counts(params, n), *idle_problems(params)]
    seen = beside.shape_of_a_view(shape) if params.reads_modalities else shape
    if isinstance(params, NetParams):
        found += network_problems(params, kind, seen, beside)
        if params.augment is not None:
            found += view_problems(params.augment, "/augment", kind, seen)
    if isinstance(params, SelfLabelledParams):
        found += _stages(params, kind, seen, n)
    return [*found, *_own(params, kind, shape, n)]


def _own(params: MethodParams, kind: Kind, shape: tuple[int, ...], n: int) -> Iterator[Problem]:
    """What a method asks of the samples by params that few others have."""
    if isinstance(params, HeadsParams):
        yield from heads_problems(params, shape, n)
    if isinstance(params, PrototypeParams):
        yield from prototype_problems(params, n)
    if isinstance(params, NrKMeansParams | AutoNRParams | NrDipMeansParams):
        yield from _subspaces(params, prod(shape), n)
    if isinstance(params, ENRCParams):
        yield from _spaces(params, n)
    if isinstance(params, DeepCluEParams):
        yield from deepclue_problems(params, n)
    if isinstance(params, USpecParams):
        yield from uspec_problems(params, n)
    if isinstance(params, DECCSParams):
        yield from _members(params, n)
    if isinstance(params, AEClustererParams):
        yield from _clusterer(params, n)
    if isinstance(params, BeadsParams):
        yield from _beads(params, kind, n)


def _beads(params: BeadsParams, kind: Kind, n: int) -> Iterator[Problem]:
    yield from limit_problems(params, n, params.embedding_dim)
    if params.evening is not None and kind != "images":
        message = "Samples are drawn evenly by their main colors; the data set has vectors."
        yield Problem("/evening", "needs_images", message, {"enum": [None]})


def _clusterer(params: AEClustererParams, n: int) -> Iterator[Problem]:
    """What keeps the clusterer from the embedding."""
    own = params.clusterer.parsed()
    for found in problems(own, kind="vectors", shape=(params.embedding_dim,), n=n):
        yield found._replace(field=f"/clusterer{found.field}")


def _stages(params: SelfLabelledParams, kind: Kind, shape: tuple[int, ...], n: int) -> Iterator[Problem]:
    if params.self_label is not None:
        yield from self_label_problems(params.self_label, kind, shape)
    if isinstance(params, DeepParams) and params.brb is not None:
        yield from reset_problems(params.brb, params, n)


def _subspaces(
    params: NrKMeansParams | AutoNRParams | NrDipMeansParams, width: int, n: int
) -> Iterator[Problem]:
    if isinstance(params, NrKMeansParams):
        yield from space_problems(params.n_clusters, n, width, f"a sample has {width} feature(s)")
    else:
        yield from limit_problems(params, n, width)


def _spaces(params: ENRCParams, n: int) -> Iterator[Problem]:
    width = params.embedding_dim
    if params.n_clusters is not None:
        yield from space_problems(params.n_clusters, n, width, f"the embedding has {width}")
    elif params.searched is not None:
        at, search = params.searched
        yield from limit_problems(search, min(n, params.init_samples), width, at=at)


def _members(params: DECCSParams, n: int) -> Iterator[Problem]:
    """What keeps members from labeling a sample of the embedding."""
    shape, size = (params.embedding_dim,), params.sample_size(n)
    for i, member in enumerate(params.members):
        for found in problems(member.spec(params.n_clusters), kind="vectors", shape=shape, n=size):
            yield _of_member(i, found, n)


def _of_member(i: int, found: Problem, n: int) -> Problem:
    message = f"Member {i + 1}: {found.message}"
    if found.code != "too_many_samples":
        return found._replace(field=f"/members/{i}{found.field}", message=message)
    return Problem("/sample_share", found.code, f"{message} A smaller share of the {n} would fit.", None)


def _counts(params: MethodParams, n: int) -> Iterator[Problem]:
    if n < 2:
        message = f"The data set has {n} samples; at least 2 are needed."
        yield Problem("", "too_few_samples", message, None)
    if isinstance(params, ClusterParams) and params.n_clusters > n - params.fewer_than_samples:
        least = "more" if params.fewer_than_samples else "at least as many"
        message = f"{params.n_clusters} clusters need {least} samples here; the data set has {n}."
        yield Problem("/n_clusters", "too_few_samples", message, {"maximum": n - params.fewer_than_samples})
    if params.max_samples is not None and n > params.max_samples:
        message = f"{params.title} takes at most {params.max_samples} samples; the data set has {n}."
        yield Problem("/method", "too_many_samples", message, None)
