"""Params of ACe/DeC."""

from typing import Literal

from pydantic import Field

from clustering.params.base import ClusterParams
from clustering.params.spaces import SpacesParams


class ACeDeCParams(SpacesParams, ClusterParams):
    """Autoencoder Centroid-based Deep Cluster: isolates what tells clusters apart in a space of its own.

    The defaults are the paper's, but for fewer and shorter starts of the initialization (20 of 20,000 steps
    there).
    """

    title = "ACe/DeC"
    paper = (
        "Miklautz, Bauer, Mautz, Tschiatschek, Böhm, Plant. Details (Don't) Matter: Isolating Cluster "
        "Information in Deep Embedded Spaces. IJCAI 2021."
    )
    supports = frozenset({"decode", "predict", "resume", "augment", "prototypes"})

    method: Literal["acedec"] = "acedec"
    init: Literal["random", "nrkmeans"] = Field(
        "random",
        description="Where rotation and weights start: random, then descended with the network frozen; or "
        "the hard subspaces that non-redundant k-means finds.",
    )
    swap: bool = Field(
        True,
        description="With `augment`: whether sample and view are also reconstructed each with the other's "
        "cluster space, so that what views vary goes to the shared space.",
    )
    harden_epochs: int = Field(
        0,
        ge=0,
        le=100_000,
        description="Epochs at most after the clustering that push every dimension into the cluster space or "
        "into the shared one; 0 leaves the weights soft.",
    )
    harden_threshold: float = Field(
        0.6, gt=0, lt=1, description="Dimensions of at most this weight become shared."
    )
    pictures: int = Field(
        8,
        ge=0,
        le=64,
        description="Samples shown decoded from their cluster space, from their shared space and along the "
        "shared space's principal components; 0 shows none.",
    )
