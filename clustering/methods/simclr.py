"""SimCLR."""

from clustering.data import Data
from clustering.methods.over_network import OverNetwork
from clustering.nets import Contrastive
from clustering.params.simclr import SimCLRParams
from clustering.run import Run
from clustering.stages.pretraining import Recipe, contrast


class SimCLR(OverNetwork[SimCLRParams]):
    """Contrast two views of each sample with those of all other samples of the batch.

    Departs from the paper, with BRB's experiments: AdamW in place of LARS, hidden layers between the
    residual features and the embedding.
    """

    net: Contrastive

    def stages(self) -> dict[str, int]:
        return {"pretrain": self.params.epochs}

    def fit(self, data: Data, run: Run) -> None:
        contrast(run, self.net, data, Recipe.of(self.params), temperature=self.params.temperature)
