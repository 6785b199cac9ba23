"""Params of DEC."""

from typing import Literal

from clustering.params.deep import SelfTrainedParams


class DECParams(SelfTrainedParams):
    """Deep Embedded Clustering: an autoencoder, then self-training on sharpened Student-t assignments."""

    title = "DEC"
    paper = "Xie, Girshick, Farhadi. Unsupervised Deep Embedding for Clustering Analysis. ICML 2016."
    supports = frozenset({"soft", "decode", "predict", "resume", "augment", "prototypes"})

    method: Literal["dec"] = "dec"
