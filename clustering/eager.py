"""PyTorch's optimizers for code that is never compiled.

Their own methods tell the compiler what to leave alone, and load it for that when they are first called. It
costs every process that trains about a second and a tenth of a gigabyte; these are the same methods without.
"""

from inspect import unwrap

import torch
from torch import optim


class _Eager(optim.Optimizer):
    state_dict = unwrap(optim.Optimizer.state_dict)
    load_state_dict = unwrap(optim.Optimizer.load_state_dict)
    zero_grad = unwrap(optim.Optimizer.zero_grad)
    add_param_group = unwrap(optim.Optimizer.add_param_group)


class Adam(_Eager, optim.Adam):
    """Adam."""

    step = torch.no_grad()(unwrap(optim.Adam.step))


class AdamW(_Eager, optim.AdamW):
    """Adam with decoupled weight decay."""

    step = torch.no_grad()(unwrap(optim.AdamW.step))


class SGD(_Eager, optim.SGD):
    """Stochastic gradient descent with momentum."""

    step = torch.no_grad()(unwrap(optim.SGD.step))
