"""What all methods that move centers in an embedding while they train it are."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from clustering.augment import augmenter
from clustering.data import Batch, Data
from clustering.methods.over_network import OverNetwork
from clustering.nets import Contrastive
from clustering.optim import scheduler
from clustering.params.deep import DeepParams
from clustering.passes import embed_all
from clustering.run import Run
from clustering.stages.brb import reset_and_recluster
from clustering.stages.centers import first_centers
from clustering.stages.pretraining import pretrain, stacked
from clustering.stages.self_labelling import self_label, self_label_stages
from clustering.stages.watching import Watch
from clustering.train import Epoch, Resumable, epochs

D = TypeVar("D", bound=DeepParams)


class Centroid(OverNetwork[D], Generic[D]):
    """A method with k centers in the embedding, and a head over it where the params self-label.

    Augmented samples share the target of the clean ones (Miklautz et al. 2025); over a contrastive net, which
    contrasts two views, the first view takes the place of the clean samples.
    """

    centers: Tensor
    headed: Tensor
    """Whether the head gives the labels, which it does once it has been trained."""

    def __init__(self, params: D, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.view = augmenter(params.augment)
        self.register_buffer("centers", torch.zeros(params.n_clusters, params.embedding_dim))
        self.head: nn.Linear | None = None
        if params.self_label is not None:
            self.head = nn.Linear(params.embedding_dim, params.n_clusters)
            self.register_buffer("headed", torch.tensor(False))

    def stages(self) -> dict[str, int]:
        own = self.params.pretrain_stages | {"cluster": self.params.epochs}
        return own | self_label_stages(self.params.self_label)

    def fit(self, data: Data, run: Run) -> None:
        pretrain(run, self.net, data, self.params)
        if run.first_time("place centers"):
            self.centers.data.copy_(first_centers(run, embed_all(run, self, data), self.params))
        self.cluster(data, run)
        if self.head is not None:
            self_label(run, self, data)
            self.headed.fill_(True)

    @abstractmethod
    def cluster(self, data: Data, run: Run) -> None:
        """Train network and centers, from where the centers were placed."""

    def rounds(self, data: Data, run: Run, optimizer: Optimizer) -> Iterator[Epoch]:
        """The epochs of the clustering; a reset begins those that are due for one, a look ends some."""
        schedule = scheduler(optimizer, self.params.schedule, self.params.epochs)
        watch = Watch(run, self, data)
        resumes: list[Resumable] = [optimizer, schedule, watch]
        for epoch in epochs(run, "cluster", self.params.epochs, resumes=resumes):
            reset_and_recluster(run, epoch, self, data, optimizer=optimizer)
            yield epoch
            schedule.step()
            watch.look(epoch)

    def views(self, batch: Batch) -> Tensor:
        """(v * b, *shape) what a step embeds: the samples whose targets serve all come first."""
        return stacked(batch, self.view, both=isinstance(self.net, Contrastive))

    def measured(self, z: Tensor) -> list[tuple[Tensor, Tensor]]:
        return [(z, self.centers.detach())]

    def assign(self, z: Tensor) -> Tensor:
        if self.head is not None and bool(self.headed):
            soft: Tensor = self.head(z).softmax(dim=1)
            return soft
        return self.by_centers(z)

    @abstractmethod
    def by_centers(self, z: Tensor) -> Tensor:
        """Assignment (b, k) of embeddings (b, d) by their distance to the centers, on the simplex."""
