"""Whether params fit a data set, told before any of its samples is read."""

from collections.abc import Iterator

from clustering.params.base import ClusterParams, MethodParams, NetParams
from clustering.params.deep import PretrainedParams
from clustering.params.problem import Kind, Problem
from clustering.params.view_problems import view_problems

__all__ = ["SMALLEST_SIDE", "Kind", "Problem", "problems"]

SMALLEST_SIDE = 8


def problems(params: MethodParams, *, kind: Kind, shape: tuple[int, ...], n: int) -> list[Problem]:
    """All reasons why these params cannot be fitted to n samples of this shape.

    Args:
        params: of any method.
        kind: vectors or images.
        shape: of one sample as stored: (d,) for vectors, (h, w, c) for images.
        n: number of samples.
    """
    found = list(_counts(params, n))
    if isinstance(params, NetParams):
        found += _network(params, kind, shape)
        if params.augment is not None:
            found += view_problems(params.augment, "/augment", kind, shape)
        elif isinstance(params, PretrainedParams) and params.pretrain_augment:
            message = "The pretraining cannot see augmented samples without `augment`."
            found.append(Problem("/pretrain_augment", "needs_augment", message, {"enum": [False]}))
    return found


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


def _network(params: NetParams, kind: Kind, shape: tuple[int, ...]) -> Iterator[Problem]:
    if params.net.type != "conv":
        return
    if kind != "images":
        message = "A convolutional net needs images; the data set has vectors."
        yield Problem("/net/type", "needs_images", message, {"enum": ["mlp"]})
        return
    size, stages = "×".join(map(str, shape[:2])), len(params.net.channels)
    most = min(shape[:2]).bit_length() - 1
    if min(shape[:2]) < SMALLEST_SIDE:
        message = (
            f"A convolutional net needs images from {SMALLEST_SIDE}×{SMALLEST_SIDE} on; these are {size}."
        )
        yield Problem("/net/type", "images_too_small", message, {"enum": ["mlp"]})
    elif stages > most:
        message = f"{stages} stages halve images of {size} away; at most {most} fit."
        yield Problem("/net/channels", "images_too_small", message, {"maxItems": most})
