"""Whether the stages of a clustering fit each other and a data set."""

from collections.abc import Iterator

from clustering.params.brb import BRBParams
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
    if params.brb is not None:
        yield from _reset_problems(params.brb, params.net.type, params.epochs)
    if params.self_label is not None:
        yield from self_label_problems(params.self_label, kind, shape)


def _reset_problems(brb: BRBParams, net: str, epochs: int) -> Iterator[Problem]:
    if brb.interval >= epochs:
        message = f"A reset every {brb.interval} epochs never comes in a clustering of {epochs}."
        yield Problem(
            "/brb/interval", "interval_too_long", message, {"maximum": epochs - 1} if epochs > 1 else None
        )
    of_weights = brb.perturbation != "embedding_noise" and brb.alpha < 1
    if net == "conv" and of_weights and brb.alpha + brb.block_step >= 1 and not brb.reset_embedding:
        message = (
            "Every block of a convolutional net would keep all of its weights: even the deepest keeps "
            f"alpha + block_step = {brb.alpha + brb.block_step:g}."
        )
        yield Problem("/brb/block_step", "resets_nothing", message, {"exclusiveMaximum": 1 - brb.alpha})
