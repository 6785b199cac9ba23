"""Optimizers, learning-rate schedules and gradient clipping, as params ask for them."""

import math
from collections.abc import Iterable
from typing import Any, TypeAlias

from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR

from clustering.eager import SGD, Adam, AdamW
from clustering.params.training import AnyOptimizer, Schedule

Group: TypeAlias = dict[str, Any]
"""`params`, and what is particular to them: `max_norm`, `lr`, `weight_decay: 0`, and a `clip` by which groups
are clipped as one."""


def clipped(module: nn.Module, max_norm: float | None) -> Group:
    """A module's parameters, their gradient clipped to this L2 norm as one vector."""
    return {"params": list(module.parameters()), "max_norm": max_norm}


def optimizer(groups: Iterable[Group], kind: AnyOptimizer, lr: float) -> Optimizer:
    """The optimizer that params ask for, in its fused form: one pass over memory updates all parameters.

    Weights decay; biases, norms and every other parameter of one axis never do, nor does a group that says
    `weight_decay: 0`. Parts of a group that decay differently are still clipped as one.

    Args:
        groups: parameters, with what is particular to them.
        kind: which optimizer, and its own params.
        lr: learning rate of the groups without one.
    """
    split = [part for number, group in enumerate(groups) for part in _parts(group, number, kind.weight_decay)]
    match kind.type:
        case "adam":
            return Adam(split, lr=lr, fused=True)
        case "adamw":
            return AdamW(split, lr=lr, fused=True)
        case "sgd":
            return SGD(split, lr=lr, momentum=kind.momentum, fused=True)


def _parts(group: Group, number: int, weight_decay: float) -> list[Group]:
    """A group cut in what decays and what does not; both know by `clip` that they belong together."""
    decay = group.get("weight_decay", weight_decay)
    rest = {"clip": number} | group
    if not decay:
        return [rest | {"weight_decay": 0.0}]
    weights = [parameter for parameter in group["params"] if parameter.ndim > 1]
    others = [parameter for parameter in group["params"] if parameter.ndim <= 1]
    cut = [
        rest | {"params": weights, "weight_decay": decay},
        rest | {"params": others, "weight_decay": 0.0},
    ]
    return [part for part in cut if part["params"]]


def clip(optimizer: Optimizer) -> None:
    """Scale gradients down to the `max_norm` of their group, an L2 norm over all groups of one `clip`."""
    together: dict[Any, list[Group]] = {}
    for place, group in enumerate(optimizer.param_groups):
        if group.get("max_norm") is not None:
            together.setdefault(group.get("clip", ("alone", place)), []).append(group)
    for groups in together.values():
        parameters = [parameter for group in groups for parameter in group["params"]]
        nn.utils.clip_grad_norm_(parameters, groups[0]["max_norm"])


def scheduler(optimizer: Optimizer, schedule: Schedule, epochs: int, *, times: int = 1) -> LambdaLR:
    """Moves the learning rate of every group; step it at the end of each epoch.

    Args:
        optimizer: whose groups keep their ratios of learning rates.
        schedule: warm-up and decay.
        epochs: of the stage; a cosine would reach 0 after the last one.
        times: how often it is stepped in an epoch, where that is more than once.
    """
    return LambdaLR(optimizer, lambda done: share(schedule, done / times, epochs))


def share(schedule: Schedule, done: float, epochs: int) -> float:
    """Share of the learning rate after `done` of a stage's epochs.

    f + (1 - f) t / W for t < W, then 1, ½ (1 + cos(π (t - W) / (E - W))), or γ^⌊P (t - W) / (E - W)⌋.

    Source:
        The rise: Miklautz et al. 2025 (BRB); the half cosine: Loshchilov, Hutter 2017, eq. 5, no restarts;
        the steps: Miklautz et al. 2021 (ACe/DeC), which halves after each fifth.
    """
    warmup = schedule.warmup_epochs
    if done < warmup:
        return schedule.warmup_from + (1 - schedule.warmup_from) * done / warmup
    if schedule.decay == "none":
        return 1.0
    behind, whole = done - warmup, max(epochs - warmup, 1)
    if schedule.decay == "step":
        return float(schedule.step_factor ** (behind * schedule.steps // whole))
    return (1 + math.cos(math.pi * min(1.0, behind / whole))) / 2
