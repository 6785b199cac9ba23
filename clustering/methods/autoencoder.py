"""Autoencoder."""

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
        reconstruct(run, self.net, data, Recipe.of(self.params))
