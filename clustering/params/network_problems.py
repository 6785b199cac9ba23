"""Whether the network that params ask for can be trained on a data set."""

from collections.abc import Iterator

from clustering.params.base import NetParams
from clustering.params.deep import PretrainedParams
from clustering.params.nets import ConvNet, MixedNet, ResidualTrunk, ResNet, Stem
from clustering.params.problem import PLAIN, Beside, Kind, Problem

WORDS = {"conv": "convolutional", "resnet": "residual", "mixed": "mixed"}
SMALLEST_CONV = 8
SMALLEST_RESNET: dict[Stem, int] = {"small": 8, "pooled": 16, "large": 32}
"""Side of the images by stem; below it the last stage sees less than one place."""


def network_problems(
    params: NetParams, kind: Kind, shape: tuple[int, ...], beside: Beside = PLAIN
) -> Iterator[Problem]:
    """All reasons why this network cannot be trained.

    Args:
        params: of a method over a network.
        kind: vectors or images.
        shape: of one sample as stored; for a mixed net, of one view.
        beside: what the data set holds beside one picture a sample.
    """
    net = params.net
    if net.type != "mlp" and kind != "images":
        message = f"A {WORDS[net.type]} net needs images; the data set has vectors."
        yield Problem("/net/type", "needs_images", message, {"enum": ["mlp"]})
        return
    if net.type == "mixed" and beside == PLAIN:
        message = (
            "A mixed net needs several views of each sample, attributes, or both; "
            "the data set has one view and no attributes."
        )
        yield Problem("/net/type", "needs_modalities", message, {"enum": ["mlp", "conv"]})
    if net.type == "conv" or net.type == "mixed":
        yield from _convolutional(net, shape)
    elif net.type == "resnet":
        yield from residual_problems(net, shape)
    if params.augment is None:
        yield from _views(params)
    if net.type != "mlp" and isinstance(params, PretrainedParams) and params.layerwise is not None:
        message = f"Only a feed-forward net is trained layer by layer; this one is {net.type}."
        yield Problem("/layerwise", "needs_mlp", message, {"enum": [None]})


def _convolutional(net: ConvNet | MixedNet, shape: tuple[int, ...]) -> Iterator[Problem]:
    size, stages = "×".join(map(str, shape[:2])), len(net.channels)
    most = min(shape[:2]).bit_length() - 1
    if min(shape[:2]) < SMALLEST_CONV:
        message = (
            f"A convolutional net needs images from {SMALLEST_CONV}×{SMALLEST_CONV} on; these are {size}."
        )
        yield Problem("/net/type", "images_too_small", message, {"enum": ["mlp"]})
    elif stages > most:
        message = f"{stages} stages halve images of {size} away; at most {most} fit."
        yield Problem("/net/channels", "images_too_small", message, {"maxItems": most})


def residual_problems(net: ResNet | ResidualTrunk, shape: tuple[int, ...]) -> Iterator[Problem]:
    """All reasons why images of this shape (h, w, ...) are too small for a residual net."""
    side, least = min(shape[:2]), SMALLEST_RESNET[net.stem]
    if side >= least:
        return
    fits = [stem for stem, smallest in SMALLEST_RESNET.items() if side >= smallest]
    message = (
        f"A residual net with a {net.stem} stem needs images from {least}×{least} on; "
        f"these are {shape[0]}×{shape[1]}."
    )
    if fits:
        yield Problem("/net/stem", "images_too_small", message, {"enum": fits})
    else:
        other = {"enum": ["mlp"]} if isinstance(net, ResNet) else None
        yield Problem("/net/type", "images_too_small", message, other)


def _views(params: NetParams) -> Iterator[Problem]:
    if params.net.type == "resnet":
        message = "A residual net learns by comparing random views of images; `augment` has to say which."
        yield Problem("/augment", "needs_augment", message, {"type": "object", "required": ["type"]})
    elif isinstance(params, PretrainedParams) and params.pretrain_augment:
        message = "The pretraining cannot see augmented samples without `augment`."
        yield Problem("/pretrain_augment", "needs_augment", message, {"enum": [False]})
