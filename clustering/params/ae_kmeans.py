"""Params of an autoencoder followed by k-means."""

from typing import Literal

from pydantic import Field

from clustering.params.deep import SelfLabelledParams


class AEKMeansParams(SelfLabelledParams):
    """k-means in the embedding of an autoencoder: the baseline of deep clustering."""

    title = "Autoencoder + k-means"
    paper = (
        "The baseline of Xie, Girshick, Farhadi. Unsupervised Deep Embedding for Clustering Analysis. "
        "ICML 2016."
    )
    supports = frozenset({"decode", "predict", "resume", "augment", "prototypes"})

    method: Literal["ae_kmeans"] = "ae_kmeans"
    n_init: int = Field(10, ge=1, le=1000, description="Starts of k-means; the best is kept.")
