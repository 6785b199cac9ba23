"""Whether heads over a network can be trained on a data set."""

from collections.abc import Iterator

from clustering.params.batch_problems import batch_problems
from clustering.params.diversity import DiverseParams
from clustering.params.heads import HeadsParams
from clustering.params.nets import PlainTrunk
from clustering.params.network_problems import residual_problems
from clustering.params.pairing import PairingParams
from clustering.params.problem import Problem
from clustering.params.view_problems import view_problems

MOST_CLUSTERS = 4_000
"""Of all clusterings together; each is compared with each, at many steps."""


def heads_problems(params: HeadsParams, shape: tuple[int, ...], n: int) -> Iterator[Problem]:
    """All reasons why these heads cannot be trained on images.

    Args:
        params: of a method with heads.
        shape: (h, w, c) of one image as stored.
        n: number of images.
    """
    seen = shape if params.input_size is None else (params.input_size, params.input_size, shape[2])
    if params.net.type == "resnet":
        yield from residual_problems(params.net, seen)
    else:
        yield from _plain(params.net, seen)
    yield from view_problems(params.augment, "/augment", "images", seen)
    if isinstance(params, PairingParams) and params.anchor is not None:
        yield from view_problems(params.anchor, "/anchor", "images", seen)
    yield from batch_problems(n, params.batch_size, max(params.n_clusters, params.over or 0))
    if params.over is not None and params.over >= n:
        message = f"Auxiliary heads of {params.over} clusters need more samples; the data set has {n}."
        yield Problem("/over_clusters", "too_few_samples", message, {"maximum": n - 1})
    if isinstance(params, DiverseParams) and params.heads * params.n_clusters > MOST_CLUSTERS:
        many = f"{params.heads} clusterings of {params.n_clusters} clusters"
        message = f"{many} are more than {MOST_CLUSTERS} clusters to compare with each other."
        yield Problem("/heads", "too_many_clusters", message, {"maximum": MOST_CLUSTERS // params.n_clusters})


def _plain(net: PlainTrunk, shape: tuple[int, ...]) -> Iterator[Problem]:
    most = min(shape[:2]).bit_length()
    if len(net.channels) > most:
        size = "×".join(map(str, shape[:2]))
        message = f"{len(net.channels)} convolutions halve images of {size} away; at most {most} fit."
        yield Problem("/net/channels", "images_too_small", message, {"maxItems": most})
