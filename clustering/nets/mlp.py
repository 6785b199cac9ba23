"""Feed-forward networks."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from torch import nn

_ACTIVATIONS = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU}


def mlp(widths: Sequence[int], activation: Literal["relu", "leaky_relu"] = "relu") -> nn.Sequential:
    """Linear layers from widths[0] to widths[-1], with an activation between them and none at the end."""
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), _ACTIVATIONS[activation](inplace=True)]
    return nn.Sequential(*layers[:-1])
