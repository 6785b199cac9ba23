"""What all methods that learn from a slow copy of their network are."""

from typing import Generic, TypeVar

from torch import Tensor
from torch.optim import Optimizer

from clustering.methods.base import Method
from clustering.nets.contrastive import bootstrapped
from clustering.nets.mlp import mlp, start_small
from clustering.nets.momentum import follow, momentum_copy, rising
from clustering.nets.precision import products
from clustering.optim import clipped, optimizer
from clustering.params.bootstrap import BootstrapParams
from clustering.train import Epoch

B = TypeVar("B", bound=BootstrapParams)


class Bootstrapping(Method[B], Generic[B]):
    """A network, a predictor behind it, and the target: a slow copy of the network.

    On one device batch norm sees the batch as it is: shuffling, which hides the companions of a sample
    elsewhere, would change nothing.
    """

    def __init__(self, params: B, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        width = params.compared_dim
        self.net = bootstrapped(shape, params.net, params)
        self.predictor = mlp([width, *params.predictor, width], norm=True)
        if params.small_start:
            start_small(self.net)
            start_small(self.predictor)
        self.target = momentum_copy(self.net)

    def descent(self) -> Optimizer:
        """Who descends on network and predictor, each at its own learning rate."""
        p = self.params
        faster = {"lr": p.lr * p.predictor_lr_factor}
        groups = [clipped(self.net, p.clip_norm), clipped(self.predictor, p.clip_norm) | faster]
        return optimizer(groups, p.optimizer, p.lr)

    def predict(self, u: Tensor) -> Tensor:
        """What the copy is expected to make (b, e) of the other view, from what the network made of one."""
        with products(self.params.precision, u):
            predicted: Tensor = self.predictor(u)
        return predicted.float()

    def follow(self, epoch: Epoch) -> None:
        """Let the copy follow; call it after each of the optimizer's steps."""
        p = self.params
        rises = p.momentum_schedule == "cosine"
        follow(self.target, self.net, rising(p.momentum, epoch.behind) if rises else p.momentum)
