"""What all methods that move centers in an embedding while they train it are."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Generic, TypeVar

from torch import Tensor
from torch.optim import Optimizer

from clustering.augment import augmenter
from clustering.data import Batch, Data
from clustering.methods.self_labelled import SelfLabelled
from clustering.nets import Contrastive
from clustering.optim import scheduler
from clustering.params.deep import DeepParams
from clustering.passes import embed_all
from clustering.run import Run
from clustering.stages.brb import reset_and_recluster
from clustering.stages.centers import first_centers
from clustering.stages.pretraining import pretrain, stacked
from clustering.stages.self_labelling import self_label_stages
from clustering.stages.watching import Watch
from clustering.train import Epoch, Resumable, epochs

D = TypeVar("D", bound=DeepParams)


class Centroid(SelfLabelled[D], Generic[D]):
    """A method that moves k centers in the embedding while it trains the network.

    Augmented samples share the target of the clean ones (Miklautz et al. 2025); over a contrastive net, which
    contrasts two views, the first view takes the place of the clean samples.
    """

    def __init__(self, params: D, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.view = augmenter(params.augment)

    def stages(self) -> dict[str, int]:
        own = self.params.pretrain_stages | {"cluster": self.params.epochs}
        return own | self_label_stages(self.params)

    def fit(self, data: Data, run: Run) -> None:
        pretrain(run, self.net, data, self.params)
        if run.first_time("place centers"):
            self.centers.data.copy_(first_centers(run, embed_all(run, self, data), self.params))
        self.cluster(data, run)
        self.refine(run, data)

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
