"""What an experiment takes on a GPU: reported by a paper, or estimated. Imports without torch.

Memory is what a step of the largest batch keeps for its backward pass, the views it starts from, weights with
their gradients and moments, and the samples as bytes; cuDNN's workspace and PyTorch's own come on top.

Seconds are those of floating-point operations and of views drawn, at the two rates that follow from what
DivClust's authors took for CC with images of 224×224 and of 32×32 on one RTX 6000. A forward pass counts
twice its multiplications, a backward pass as much as two forward ones. Losses, k-means and U-SPEC are left
out. The rule gives too few: 12 hours for IIC, 2.4 for PICA and 8.5 for CC on ImageNet-10, where those authors
report 21, 6.5 and 14 with 20 clusterings.
"""

from dataclasses import dataclass
from functools import cache
from math import prod

from clustering.params import MethodParams
from clustering.params.cc import CCParams
from clustering.params.contrasting import ContrastingParams
from clustering.params.heads import HeadsParams
from clustering.params.pairing import PairingParams
from clustering.params.prototypes import PrototypeParams
from clustering.params.steps import largest_batch
from clustering.presets.work import Shape, Work, of_layers, of_trunk

ESTIMATE = "an estimate, for one RTX 6000"
TIMED = ((224, 1000, 39.1 * 3600), (32, 10, 141.0))
"""Sides, epochs and seconds of CC on CIFAR-100-20: DivClust's supplement, tables 2 and 3, K = 1."""
TIMED_SAMPLES, TIMED_CLUSTERS = 60_000, 20
COPIES = 4
"""Of the weights: themselves, gradients, and two moments or one and a slow copy."""
GIB = 2**30


@dataclass(frozen=True)
class Took:
    """GPU-hours that a paper reports of an experiment."""

    gpu_hours: float
    where: str
    """The table, and the GPU."""


@dataclass(frozen=True)
class Needs:
    """What an experiment takes on one GPU."""

    memory_gib: float
    """An estimate."""
    gpu_hours: float
    hours_from: str
    """Where the paper says so, or that it is an estimate."""


@dataclass(frozen=True)
class Training:
    """How often a method's network sees a sample."""

    network: Work
    """Of all that is trained."""
    side: Shape
    """(c, h, w) of a view as the network sees it."""
    views: int
    """Of a sample in a step that wait for their backward pass."""
    trained: float
    """Views of a sample in an epoch that are descended on."""
    seen: float
    """Those that only pass forward."""
    number_bytes: int
    """Of a number that waits."""


def needs(params: MethodParams, n: int, shape: tuple[int, ...], took: Took | None) -> Needs | None:
    """What fitting n images of a shape (h, w, c) takes; None for methods whose work is not counted."""
    if not isinstance(params, HeadsParams | PrototypeParams):
        return None
    height, width, channels = shape
    training = _training(params, (channels, height, width))
    memory = _bytes(training, largest_batch(n, params.batch_size)) + n * prod(shape)
    told = took or Took(hours(training, n, params.epochs), ESTIMATE)
    return Needs(memory / GIB, told.gpu_hours, told.where)


def hours(training: Training, n: int, epochs: int) -> float:
    """Of a GPU for a training on n samples."""
    operations, views = _load(training, n, epochs)
    an_operation, a_view = seconds_each()
    return (operations * an_operation + views * a_view) / 3600


@cache
def seconds_each() -> tuple[float, float]:
    """Of a floating-point operation, and of a view that is drawn; what was timed decides both."""
    (wide, views, whole), (narrow, others, part) = (
        (*_load(_training(_timed(side), (3, side, side)), TIMED_SAMPLES, epochs), seconds)
        for side, epochs, seconds in TIMED
    )
    determinant = wide * others - narrow * views
    return (whole * others - part * views) / determinant, (wide * part - narrow * whole) / determinant


def _timed(side: int) -> CCParams:
    return CCParams(n_clusters=TIMED_CLUSTERS, input_size=side)


def _load(training: Training, n: int, epochs: int) -> tuple[float, float]:
    """Floating-point operations of a training on n samples, and views drawn for it."""
    passes = 3 * training.trained + training.seen
    return 2 * training.network.products * passes * n * epochs, training.trained * n * epochs


def _bytes(training: Training, batch: int) -> int:
    waiting = batch * training.views * training.network.kept * training.number_bytes
    views = batch * training.views * prod(training.side) * 4
    return waiting + views + COPIES * 4 * training.network.weights


def _training(params: HeadsParams | PrototypeParams, shape: Shape) -> Training:
    if isinstance(params, HeadsParams):
        return _of_heads(params, shape)
    trunk, width = of_trunk(params.net, shape)
    embedding = params.embedding_dim
    behind = [width, *params.net.hidden, embedding, *params.predictor, embedding]
    number_bytes = 4 if params.precision == "float32" else 2
    seen = 2 + 1 / params.reassign_every
    return Training(trunk + of_layers(behind), shape, 2, 2, seen, number_bytes)


def _of_heads(params: HeadsParams, shape: Shape) -> Training:
    channels = {"off": shape[0], "edges": 2, "edges_and_colors": shape[0] + 2}[params.sobel]
    sides = shape[1:] if params.input_size is None else (params.input_size,) * 2
    side = (channels, *sides)
    network, width = of_trunk(params.net, side)
    network += of_layers([width, *params.head_hidden, params.n_clusters]) * params.count
    views, turns = 2, 1
    if isinstance(params, ContrastingParams):
        network += of_layers([width, *params.projector])
    if isinstance(params, PairingParams):
        views, turns = 1 + params.repeats, params.passes
        if params.over is not None:
            network += of_layers([width, params.over]) * params.auxiliary
            turns += params.over_passes
    return Training(network, side, views, views * turns, 0, 4 if params.precision == "float32" else 2)
