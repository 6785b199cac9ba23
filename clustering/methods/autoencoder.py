"""Autoencoder."""

from clustering.augment import augmenter
from clustering.data import Data
from clustering.methods.over_network import OverNetwork
from clustering.nets import Autoencoder
from clustering.params.autoencoder import AutoencoderParams
from clustering.run import Run
from clustering.stages.pretraining import Recipe, reconstruct


class AutoencoderMethod(OverNetwork[AutoencoderParams]):
    """Reconstruct."""

    net: Autoencoder

    def stages(self) -> dict[str, int]:
        return {"pretrain": self.params.epochs}

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        view = augmenter(p.augment)
        recipe = Recipe(p.epochs, p.lr, p.batch_size, p.clip_norm, view, p.optimizer, p.schedule)
        reconstruct(run, self.net, data, recipe)
