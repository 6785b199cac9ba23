"""What the trainings of IIC and PICA are, over one head or many."""

from abc import abstractmethod
from typing import Generic, TypeVar

from torch import Tensor

from clustering.augment import augmenter, together
from clustering.augment.resize import resized
from clustering.augment.window import middle_window
from clustering.data import Batch, View
from clustering.losses.imbalance import imbalance
from clustering.losses.invariant_information import invariant_information
from clustering.losses.partition_uncertainty import partition_uncertainty
from clustering.methods.over_heads import Compared, OverHeads
from clustering.nets.heads import Heads
from clustering.params.pairing import InformingParams, PairingParams, PartitioningParams

R = TypeVar("R", bound=PairingParams)
S = TypeVar("S", bound=InformingParams)
T = TypeVar("T", bound=PartitioningParams)


class Pairing(OverHeads[R], Generic[R]):
    """Compare samples with perturbed ones; auxiliary heads of more clusters have their turn in each epoch.

    Perturbed views pass through the network together, apart from the samples.
    """

    def __init__(self, params: R, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        over = params.over_clusters
        self.over = None if over is None else self.fresh_heads(params.auxiliary, over)

    def turns(self) -> list[Heads]:
        over = [] if self.over is None else [self.over] * self.params.over_passes
        return over + [self.heads] * self.params.passes

    def drawn(self) -> View:
        perturbed = augmenter(self.params.augment)
        return together(augmenter(self.params.anchor), *[perturbed] * self.params.repeats)

    def compare(self, batch: Batch, heads: Heads) -> Compared:
        views = batch.view()  # (b + r * b, c, h, w)
        samples = heads.soft(self.features(views[: len(batch.index)]))
        perturbed = heads.soft(self.features(views[len(batch.index) :]))
        each = self.criterion(samples.repeat(1, self.params.repeats, 1), perturbed)
        return Compared(each, each.new_zeros(()), samples)

    @abstractmethod
    def criterion(self, p: Tensor, q: Tensor) -> Tensor:
        """(h,) loss of assignments of samples (h, b, k) and of perturbed ones."""

    def embed(self, x: Tensor) -> Tensor:
        anchor = self.params.anchor
        if anchor is not None:
            sides = sorted(anchor.sides)
            x = middle_window(resized(x, self.params.input_size), sides[len(sides) // 2])
        return super().embed(x)


class Informing(Pairing[S], Generic[S]):
    """IIC: the clusters of a sample tell those of the perturbed one."""

    def criterion(self, p: Tensor, q: Tensor) -> Tensor:
        return invariant_information(p, q, self.params.marginal_weight)


class Partitioning(Pairing[T], Generic[T]):
    """PICA: each cluster is recognized among the perturbed ones, and clusters are of equal size."""

    def criterion(self, p: Tensor, q: Tensor) -> Tensor:
        return partition_uncertainty(p, q) + self.params.balance_weight * imbalance(p)
