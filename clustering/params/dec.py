"""Params of DEC."""

from typing import Literal

from clustering.params.base import Capability
from clustering.params.deep import SelfTrainedParams


class DECParams(SelfTrainedParams):
    """Deep Embedded Clustering: an autoencoder, then self-training on sharpened Student-t assignments."""

    title = "DEC"
    paper = "Xie, Girshick, Farhadi. Unsupervised Deep Embedding for Clustering Analysis. ICML 2016."
    supports = frozenset({"soft", "decode", "predict", "resume", "augment", "prototypes"})

    method: Literal["dec"] = "dec"

    def can(self, capability: Capability) -> bool:
        """Clustering trains no decoder: what one from scratch would draw of the centers means nothing."""
        trained = self.pretrain_epochs > 0 or self.initial_model is not None or self.refit_epochs > 0
        return super().can(capability) and (capability != "decode" or trained)
