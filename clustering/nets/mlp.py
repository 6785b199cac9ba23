"""Feed-forward networks."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from torch import nn

_ACTIVATIONS = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU}


def mlp(
    widths: Sequence[int], activation: Literal["relu", "leaky_relu"] = "relu", *, norm: bool = False
) -> nn.Sequential:
    """Linear layers from widths[0] to widths[-1], with an activation between them and none at the end.

    Args:
        widths: of input, hidden layers and output.
        activation: after each hidden layer.
        norm: whether batch norm stands before each activation.
    """
    layers: list[nn.Module] = []
    for before, after in pairwise(widths[:-1]):
        layers += [nn.Linear(before, after)]
        layers += [nn.BatchNorm1d(after)] if norm else []
        layers += [_ACTIVATIONS[activation](inplace=True)]
    return nn.Sequential(*layers, nn.Linear(widths[-2], widths[-1]))
