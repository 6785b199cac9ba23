"""Whether samples have room for so many spaces and clusters."""

from collections.abc import Iterator, Sequence

from clustering.params.autonr import SearchParams
from clustering.params.nrdipmeans import DipSearchParams
from clustering.params.problem import Problem


def space_problems(n_clusters: Sequence[int], n: int, width: int, met: str) -> Iterator[Problem]:
    """All reasons why n samples cannot be clustered in so many subspaces.

    Args:
        n_clusters: of each space.
        n: number of samples.
        width: dimensions that are shared out.
        met: what there is, for example "the embedding has 10".
    """
    if len(n_clusters) > width:
        message = f"{len(n_clusters)} clusterings need as many dimensions; {met}."
        yield Problem("/n_clusters", "too_many_clusterings", message, {"maxItems": width})
    for place, k in enumerate(n_clusters):
        if k > n:
            message = f"{k} clusters need at least as many samples here; the data set has {n}."
            yield Problem(f"/n_clusters/{place}", "too_few_samples", message, {"maximum": n})


def limit_problems(
    params: SearchParams | DipSearchParams, n: int, width: int, *, at: str = ""
) -> Iterator[Problem]:
    """All reasons why so many spaces or clusters could never be found in n samples of this width.

    Args:
        params: what is searched, and how far.
        n: number of samples that are searched.
        width: their dimensions.
        at: pointer to the params in the spec.
    """
    if isinstance(params, DipSearchParams) and params.n_spaces > width:
        met = f"the embedding has {width}" if at else f"a sample has {width} feature(s)"
        message = f"{params.n_spaces} spaces need as many dimensions; {met}."
        yield Problem(f"{at}/n_spaces", "too_many_clusterings", message, {"maximum": width})
    if params.max_clusters is not None and params.max_clusters > n:
        message = f"{params.max_clusters} clusters need at least as many samples here; there are {n}."
        yield Problem(f"{at}/max_clusters", "too_few_samples", message, {"maximum": n})
