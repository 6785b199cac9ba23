"""BYOL."""

from torch import Tensor

from clustering.augment import augmenter
from clustering.data import Data
from clustering.losses.bootstrap import bootstrap
from clustering.methods.base import Method
from clustering.nets.contrastive import bootstrapped
from clustering.nets.mlp import mlp
from clustering.nets.momentum import follow, momentum_copy, rising
from clustering.nets.precision import products
from clustering.optim import clipped, optimizer, scheduler
from clustering.params.byol import BYOLParams
from clustering.run import Run
from clustering.train import epochs


class BYOL(Method[BYOLParams]):
    """Predict from one view what a slow copy of the network projects of the other, both ways.

    Departs from the paper, with ProPos: SGD in place of LARS, the rise of the momentum left to
    `momentum_schedule`. Departs from both: an embedding behind the residual features; the copy takes over
    the statistics of batch norm instead of its own; the learning rate moves once an epoch, in the warm-up
    from 1/100 of itself and with the cosine toward 0; linear layers keep PyTorch's own initialization.
    """

    def __init__(self, params: BYOLParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        width = params.net.projector[-1]
        self.net = bootstrapped(shape, params.net, params)
        self.predictor = mlp([width, *params.predictor, width], norm=True)
        self.target = momentum_copy(self.net)

    def stages(self) -> dict[str, int]:
        return {"pretrain": self.params.epochs}

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        faster = {"lr": p.lr * p.predictor_lr_factor}
        groups = [clipped(self.net, p.clip_norm), clipped(self.predictor, p.clip_norm) | faster]
        descent = optimizer(groups, p.optimizer, p.lr)
        schedule = scheduler(descent, p.schedule, p.epochs)
        for epoch in epochs(run, "pretrain", p.epochs, resumes=[descent, schedule]):
            seen = 0
            for batch in epoch.batches(data, p.batch_size, augmenter(p.augment)):
                a, b = batch.view(), batch.view()
                there = bootstrap(self.predict(self.net(a)), self.target(b))
                back = bootstrap(self.predict(self.net(b)), self.target(a))
                epoch.descend((there + back) / 2, descent)
                seen += len(batch.index)
                follow(self.target, self.net, self._momentum((epoch.number - 1 + seen / data.n) / p.epochs))
            schedule.step()

    def embed(self, x: Tensor) -> Tensor:
        return self.net.encode(x)

    def predict(self, u: Tensor) -> Tensor:
        """What the slow copy is expected to project (b, e), from projections (b, e) of the other view."""
        with products(self.params.precision, u):
            predicted: Tensor = self.predictor(u)
        return predicted.float()

    def _momentum(self, progress: float) -> float:
        p = self.params
        return p.momentum if p.momentum_schedule == "constant" else rising(p.momentum, progress)
