"""What the params of methods that scatter prototypes share. Imports without torch."""

from typing import ClassVar, Literal

from pydantic import Field

from clustering.params.augment import AnyAugment, SimclrAugment
from clustering.params.base import ClusterParams, Told
from clustering.params.bootstrap import BootstrapParams
from clustering.params.nets import ResNetEncoder
from clustering.params.training import Schedule


class PrototypeParams(BootstrapParams, ClusterParams):
    """Params of a bootstrapped network whose clusters are found anew while it learns, and drive it apart.

    The defaults are those of DigPro (Zhang, Huang), which are ProPos's (Huang et al., TPAMI 2023) with one
    batch size for most data.
    """

    kind: ClassVar[Literal["cluster", "pretrain", "consensus"]] = "cluster"
    supports = frozenset({"soft", "predict", "resume", "augment", "prototypes"})
    fewer_than_samples = True
    curves: ClassVar[Told] = {
        "alignment": "-2 times the mean cosine of predictions and targets.",
        "scattering": "What prototypes cost that lie close to each other, from the end of the warm-up on.",
        "spread": "Standard deviation of the normalized embeddings, in units of that of directions drawn "
        "evenly; near 0 they have collapsed.",
        "empty": "Clusters without samples in the last k-means.",
    }

    net: ResNetEncoder = Field(
        ResNetEncoder(), description="The network's architecture; its embedding is what the views share."
    )
    embedding_dim: int = Field(
        256, ge=1, le=4096, description="Width of the embedding, which lies on the unit sphere."
    )
    batch_size: int = Field(
        256,
        ge=2,
        le=65_536,
        description="Samples a step, more than there are clusters; the network sees two views of each.",
    )
    augment: AnyAugment = Field(
        SimclrAugment(saturation=0.4, solarize=0), description="Random views of images, two of each sample."
    )
    lr: float = Field(
        0.05, gt=0, le=10, description="Learning rate; the recipe's is 0.05 for 256 samples a step."
    )
    schedule: Schedule = Field(
        Schedule(warmup_epochs=50, warmup_from=0, decay="cosine"),
        description="How the learning rates go; they move at every step.",
    )
    warmup_epochs: int = Field(
        50,
        ge=0,
        le=100_000,
        description="Epochs before noise and prototypes come in: the first clusters tell too little.",
    )
    noise: float = Field(
        0.001,
        ge=0,
        le=10,
        description="Standard deviation of the normal noise on embeddings before they are predicted from, so "
        "that neighbors of a sample agree with its other view too.",
    )
    prototype_weight: float = Field(
        0.1, ge=0, le=1e4, description="Weight of the loss that drives prototypes of clusters apart."
    )
    prototype_temperature: float = Field(
        0.5, gt=0, le=100, description="Of the similarities to prototypes, in the loss and in the assignment."
    )
    empty_logit: float | None = Field(
        None,
        ge=-100,
        le=0,
        description="Logit of clusters that a batch has no samples of; null leaves them out. The papers' "
        "code has -10.",
    )
    reassign_every: int = Field(
        1, ge=1, le=100_000, description="Epochs from one spherical k-means of all embeddings to the next."
    )
    n_init: int = Field(10, ge=1, le=1000, description="Starts of each k-means; the best is kept.")
