"""Params of ACe/DeC."""

from typing import ClassVar, Literal

from pydantic import Field

from clustering.params.base import ClusterParams, Told
from clustering.params.spaces import SpacesParams
from clustering.params.training import Schedule


class ACeDeCParams(SpacesParams, ClusterParams):
    """Autoencoder Centroid-based Deep Cluster: isolates what tells clusters apart in a space of its own.

    The defaults are the paper's. Starts of a tenth of the steps missed SYNTH-25's clusters with one seed of
    ten: their costs stood on a plateau, which the best of them left after 3,000 to 4,000 steps.
    """

    title = "ACe/DeC"
    paper = (
        "Miklautz, Bauer, Mautz, Tschiatschek, Böhm, Plant. Details (Don't) Matter: Isolating Cluster "
        "Information in Deep Embedded Spaces. IJCAI 2021."
    )
    supports = frozenset({"decode", "predict", "resume", "augment", "prototypes"})
    artifacts: ClassVar[Told] = {
        "spaces": "Some samples, and what the cluster space and the shared space hold of them, decoded.",
        "shared-prototype": "The center of the shared space, decoded.",
        "traversals": "A sample that moves along each dimension of the shared space, decoded.",
    }

    method: Literal["acedec"] = "acedec"
    embedding_dim: int = Field(
        10, ge=2, le=4096, description="Width of the embedding: a dimension or more for each of two spaces."
    )
    init: Literal["random", "nrkmeans"] = Field(
        "random",
        description="Where rotation and weights start: random, then descended with the network frozen; or "
        "the hard subspaces that non-redundant k-means finds.",
    )
    schedule: Schedule = Field(
        Schedule(decay="step"),
        description="How the learning rate goes over the epochs of the clustering, and of the hardening.",
    )
    init_starts: int = Field(20, ge=1, le=1000, description="Starts, of which the best is kept.")
    init_steps: int = Field(
        20_000, ge=0, le=1_000_000, description="Steps of a random start, all starts at once."
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
