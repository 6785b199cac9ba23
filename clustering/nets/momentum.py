"""Copies of a network that follow it slowly."""

import math
from copy import deepcopy
from typing import TypeVar

import torch
from torch import nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

M = TypeVar("M", bound=nn.Module)


def momentum_copy(net: M) -> M:
    """A copy of a network that receives no gradient."""
    copy: M = deepcopy(net)
    return copy.requires_grad_(False)


def follow(copy: nn.Module, net: nn.Module, momentum: float) -> None:
    """Move a copy toward its network, in place, after the optimizer's step: θ' ← m θ' + (1 - m) θ.

    Buffers, such as the statistics of batch norm, are taken over as they are.

    Args:
        copy: of the network, from `momentum_copy`.
        net: the trained network.
        momentum: m in [0, 1]; 1 leaves the copy's parameters, 0 makes them equal.

    Source:
        Grill et al. 2020 (BYOL), eq. 1, which leaves the buffers open.
    """
    average = get_ema_multi_avg_fn(momentum)  # type: ignore[no-untyped-call]
    average(list(copy.parameters()), list(net.parameters()), None)
    with torch.no_grad():
        for own, buffer in zip(copy.buffers(), net.buffers(), strict=True):
            own.copy_(buffer)


def rising(momentum: float, progress: float) -> float:
    """Momentum at a share of the training: 1 - (1 - m) (cos(π t) + 1) / 2, from m up to 1.

    Source:
        Grill et al. 2020 (BYOL), section 3.3.
    """
    return 1 - (1 - momentum) * (math.cos(math.pi * progress) + 1) / 2
