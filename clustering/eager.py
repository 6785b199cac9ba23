"""PyTorch's optimizers for code that is never compiled.

Their own methods tell the compiler what to leave alone, and load it for that when they are first called. It
costs every process that trains about a second and a tenth of a gigabyte; these are the same methods without.
Nor do they mark each step for a profiler, which takes a small network's step a tenth of its time.
"""

from collections.abc import Callable
from inspect import unwrap
from typing import Any

import torch
from torch import optim


def _unmarked(step: Callable[..., Any]) -> Callable[..., Any]:
    return step


class _Eager(optim.Optimizer):
    state_dict = unwrap(optim.Optimizer.state_dict)
    load_state_dict = unwrap(optim.Optimizer.load_state_dict)
    add_param_group = unwrap(optim.Optimizer.add_param_group)
    profile_hook_step = staticmethod(_unmarked)  # type: ignore[assignment]

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients.

        Raises:
            ValueError: they are to be set to zero instead.
        """
        if not set_to_none:
            raise ValueError("Gradients are forgotten; set_to_none=False is not accepted.")
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None


def _descend(optimizer: optim.Optimizer, group: dict[str, Any]) -> None:
    """Take a step of the fused Adam with one group, whose parameters are on one device and of one format.

    Parameters that have always stepped together share the count of their steps, which is then one addition.
    """
    held = [parameter for parameter in group["params"] if parameter.grad is not None]
    if not held:
        return
    states = [optimizer.state[parameter] for parameter in held]
    if not all(states):
        _begin(optimizer, group, states)
    if len(held) < len(group["params"]):
        _leave_behind(optimizer, group)
    counts = [state["step"] for state in states]
    torch._foreach_add_(list({id(count): count for count in counts}.values()), 1)
    kernel = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
    kernel(
        held,
        [parameter.grad for parameter in held],
        [state["exp_avg"] for state in states],
        [state["exp_avg_sq"] for state in states],
        [],
        counts,
        lr=group["lr"],
        beta1=group["betas"][0],
        beta2=group["betas"][1],
        weight_decay=group["weight_decay"],
        eps=group["eps"],
        amsgrad=False,
        maximize=group["maximize"],
    )


def _begin(optimizer: optim.Optimizer, group: dict[str, Any], states: list[dict[str, Any]]) -> None:
    """Make the moments of parameters that take their first step."""
    new = [state for state in states if not state]
    optimizer._init_group(group, [], [], [], [], [], [])  # type: ignore[attr-defined]
    for state in new:
        state["step"] = new[0]["step"]


def _leave_behind(optimizer: optim.Optimizer, group: dict[str, Any]) -> None:
    """Give parameters without gradient counts of their own, which stay where they are."""
    for parameter in group["params"]:
        if parameter.grad is None and (state := optimizer.state.get(parameter)):
            state["step"] = state["step"].clone()


def _fused(step: Callable[..., Any]) -> Any:
    """A step of Adam that goes without what its fused form does not need."""
    whole = unwrap(step)

    @torch.no_grad()
    def lean(optimizer: optim.Optimizer) -> None:
        if not optimizer.defaults["fused"] or optimizer.defaults["amsgrad"]:
            whole(optimizer)
            return
        for group in optimizer.param_groups:
            _descend(optimizer, group)

    return lean


class Adam(_Eager, optim.Adam):
    """Adam."""

    step = _fused(optim.Adam.step)


class AdamW(_Eager, optim.AdamW):
    """Adam with decoupled weight decay."""

    step = _fused(optim.AdamW.step)


class SGD(_Eager, optim.SGD):
    """Stochastic gradient descent with momentum."""

    step = torch.no_grad()(unwrap(optim.SGD.step))
