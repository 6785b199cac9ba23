"""Whether the resets of a clustering happen and reach something."""

from collections.abc import Iterator

from clustering.params.brb import BRBParams
from clustering.params.deep import AuxiliaryParams, DeepParams
from clustering.params.problem import Problem
from clustering.params.steps import steps_an_epoch


def reset_problems(brb: BRBParams, params: DeepParams, n: int) -> Iterator[Problem]:
    """All reasons why resets would not come, or change nothing.

    Args:
        brb: how a clustering is reset.
        params: of this clustering.
        n: number of samples.
    """
    yield from _never_due(brb, params.epochs, steps_an_epoch(n, params.batch_size))
    if brb.perturbation != "embedding_noise" and brb.alpha < 1 and not brb.reset_embedding:
        yield from _nothing_reached(brb, params)


def _never_due(brb: BRBParams, epochs: int, steps: int) -> Iterator[Problem]:
    """Whether the first reset would come after the last of the epochs, of so many steps each."""
    if (between := brb.epochs_between(steps)) < epochs:
        return
    message = f"A reset every {between} epochs never comes in a clustering of {epochs}."
    if brb.interval >= epochs:
        yield Problem(
            "/brb/interval", "interval_too_long", message, {"maximum": epochs - 1} if epochs > 1 else None
        )
    else:
        message += f" The {brb.min_steps} steps of min_steps take that long at {steps} an epoch."
        yield Problem("/brb/min_steps", "interval_too_long", message, {"maximum": (epochs - 1) * steps})


def _nothing_reached(brb: BRBParams, params: DeepParams) -> Iterator[Problem]:
    """Whether no layer that learns would be reset before the embedding; alpha 1 is how to ask for that."""
    net, deepest = params.net, brb.alpha + brb.block_step
    if net.type == "mlp" and not net.hidden:
        message = "Resets leave out the embedding layer, and this net has no hidden layers."
        yield Problem("/net/hidden", "resets_nothing", message, {"minItems": 1})
    elif (net.type == "conv" or (net.type == "mixed" and not net.hidden)) and len(net.channels) == 1:
        message = "Resets leave out stem and embedding layer, and this net has no residual blocks."
        yield Problem("/net/channels", "resets_nothing", message, {"minItems": 2})
    elif deepest >= 1 and (net.type == "conv" or _blocks_alone(brb, params)):
        message = (
            "Every residual block would keep all of its weights: even the deepest keeps "
            f"alpha + block_step = {deepest:g}. No other layer of this net is reset."
        )
        yield Problem("/brb/block_step", "resets_nothing", message, {"exclusiveMaximum": 1 - brb.alpha})


def _blocks_alone(brb: BRBParams, params: DeepParams) -> bool:
    """Whether a net with a head has nothing behind its blocks that a reset reaches and the loss needs."""
    net = params.net
    if net.type == "mixed":
        return not net.hidden
    projects = brb.reset_projector and isinstance(params, AuxiliaryParams)
    return net.type == "resnet" and not net.hidden and not projects
