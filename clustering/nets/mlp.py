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


def start_small(net: nn.Module) -> None:
    """Draw the weights of all linear layers inside from N(0, 0.01²), biases 0.

    Behind each stands a batch norm or a cosine, so that small weights change no output but turn faster: a
    step's share of them is as large as the rate over their square.

    Source:
        The authors' code of Huang et al. 2023 (ProPos), about which the paper is silent.
    """
    for part in net.modules():
        if isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, std=0.01)
            nn.init.zeros_(part.bias)
