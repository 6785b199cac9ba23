"""Whether clusters and their prototypes can be told from the batches of a data set."""

from collections.abc import Iterator

from clustering.params.batch_problems import batch_problems
from clustering.params.digpro import DigProParams
from clustering.params.problem import Problem
from clustering.params.prototypes import PrototypeParams


def prototype_problems(params: PrototypeParams, n: int) -> Iterator[Problem]:
    """All reasons why prototypes could not be scattered.

    Args:
        params: of a method that scatters them.
        n: number of samples.
    """
    yield from batch_problems(n, params.batch_size, params.n_clusters)
    if params.prototype_weight > 0 and params.warmup_epochs >= params.epochs:
        message = (
            f"Prototypes never come in: the warm-up of {params.warmup_epochs} epochs leaves none of "
            f"{params.epochs}."
        )
        yield Problem("/warmup_epochs", "warmup_too_long", message, {"maximum": params.epochs - 1})
    if isinstance(params, DigProParams):
        yield from _group_problems(params, n)


def _group_problems(params: DigProParams, n: int) -> Iterator[Problem]:
    """All reasons why momentum groups could not be placed among n samples, or anew in the memory bank."""
    groups = params.groups
    if params.bank_size < groups:
        message = f"{groups} groups cannot be placed among {params.bank_size} kept embeddings."
        yield Problem("/bank_size", "bank_too_small", message, {"minimum": groups})
    if groups > n:
        message = f"{groups} groups need at least as many samples; the data set has {n}."
        yield Problem("/n_groups", "too_few_samples", message, {"maximum": n})
