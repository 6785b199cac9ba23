"""SimCLR."""

from clustering.augment import augmenter
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
        p = self.params
        view = augmenter(p.augment)
        recipe = Recipe(p.epochs, p.lr, p.batch_size, p.clip_norm, view, p.optimizer, p.schedule)
        contrast(run, self.net, data, recipe, temperature=p.temperature)
