"""Whether the stages of a clustering fit each other and a data set."""

from collections.abc import Iterator

from clustering.params.deep import DeepParams
from clustering.params.problem import Kind, Problem
from clustering.params.self_label_problems import self_label_problems


def clustering_problems(params: DeepParams, kind: Kind, shape: tuple[int, ...]) -> Iterator[Problem]:
    """All reasons why the resets or the last stage of a clustering could not happen.

    Args:
        params: of a method that moves centers.
        kind: vectors or images.
        shape: of one sample as stored.
    """
    brb, epochs = params.brb, params.epochs
    if brb is not None and brb.interval >= epochs:
        message = f"A reset every {brb.interval} epochs never comes in a clustering of {epochs}."
        accepted = {"maximum": epochs - 1} if epochs > 1 else None
        yield Problem("/brb/interval", "interval_too_long", message, accepted)
    if params.self_label is not None:
        yield from self_label_problems(params.self_label, kind, shape)
