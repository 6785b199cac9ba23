"""Keep clusterings that are trained at once as different as is asked for."""

from typing import TypedDict

import torch
from torch import Tensor

from clustering.losses.diversity import diversity, next_bound
from clustering.metrics.crossings import mean_of_pairs, nmi_of_pairs
from clustering.params.diversity import DiverseParams
from clustering.train import Epoch


class Remembered(TypedDict):
    """What a control keeps beside the bound."""

    memory: Tensor | None
    steps: int


class Control:
    """A memory of clusters, and the bound on similarity that follows from how far they agree.

    At every `bound_every`-th step, the first one included, the mean NMI of two clusterings over the memory
    is compared with the target, and the bound falls or rises. With a target of 1 nothing is compared.

    Args:
        params: of the method.
        bound: scalar d of the method, changed in place.

    Source:
        Metaxas, Tzimiropoulos, Patras 2023 (DivClust), section 3.2, with the order of the released code: the
        memory takes in the batch before the bound moves, and the bound moves before the loss is taken.
    """

    def __init__(self, params: DiverseParams, bound: Tensor) -> None:
        self.params, self.bound = params, bound
        self.memory: Tensor | None = None
        """(h, at most `memory`) int16 clusters of the samples seen last, the newest first."""
        self.steps = 0

    def loss(self, soft: Tensor) -> Tensor:
        """The price of likeness of the clusterings of a batch, (h, m, k) assignments: a scalar."""
        p = self.params
        self.remember(soft.detach().argmax(dim=2))
        self.steps += 1
        if p.target == 1:
            return soft.new_zeros(())
        if (self.steps - 1) % p.bound_every == 0:
            self.bound.copy_(next_bound(self.bound, self.agreement(), p.target, p.bound_step))
        return diversity(soft, self.bound, p.normalization)

    def remember(self, labels: Tensor) -> None:
        """Take in clusters (h, m), and forget the oldest beyond the memory's length."""
        newest = labels.to(torch.int16)
        if self.memory is not None:
            newest = torch.cat([newest, self.memory], dim=1)
        self.memory = newest[:, : self.params.memory].contiguous()

    @torch.no_grad()
    def agreement(self) -> Tensor:
        """Scalar D^R: the mean NMI of two clusterings over the memory; 1 before it has any samples."""
        if self.memory is None:
            return self.bound.new_ones(())
        return mean_of_pairs(nmi_of_pairs(self.memory, self.params.n_clusters)).to(self.bound)

    def ended(self, epoch: Epoch) -> None:
        """Record what an epoch ends with."""
        epoch.record(agreement=self.agreement(), bound=self.bound.clone())

    def state_dict(self) -> Remembered:
        """What a resumed run goes on from, beside the bound, which the method keeps."""
        return Remembered(memory=self.memory, steps=self.steps)

    def load_state_dict(self, state_dict: Remembered, /) -> None:
        """Go on from a state."""
        memory = state_dict["memory"]
        self.memory = None if memory is None else memory.to(self.bound.device)
        self.steps = state_dict["steps"]
