"""BYOL."""

from torch import Tensor

from clustering.augment import augmenter
from clustering.data import Data
from clustering.losses.bootstrap import bootstrap
from clustering.methods.bootstrapping import Bootstrapping
from clustering.optim import scheduler
from clustering.params.byol import BYOLParams
from clustering.run import Run
from clustering.train import epochs


class BYOL(Bootstrapping[BYOLParams]):
    """Predict from one view what a slow copy of the network projects of the other, both ways.

    Departs from the paper, with ProPos: SGD in place of LARS, the rise of the momentum left to
    `momentum_schedule`. Departs from both: an embedding behind the residual features; the copy takes over
    the statistics of batch norm instead of its own; the learning rate moves once an epoch, in the warm-up
    from 1/100 of itself and with the cosine toward 0; without `small_start` linear layers keep PyTorch's own
    initialization.
    """

    def stages(self) -> dict[str, int]:
        return {"pretrain": self.params.epochs}

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        descent = self.descent()
        schedule = scheduler(descent, p.schedule, p.epochs)
        for epoch in epochs(run, "pretrain", p.epochs, resumes=[descent, schedule]):
            for batch in epoch.batches(data, p.batch_size, augmenter(p.augment)):
                a, b = batch.view(), batch.view()
                there = bootstrap(self.predict(self.net(a)), self.target(b))
                back = bootstrap(self.predict(self.net(b)), self.target(a))
                epoch.descend((there + back) / 2, descent)
                self.follow(epoch)
            schedule.step()

    def embed(self, x: Tensor) -> Tensor:
        return self.net.encode(x)
