"""What the params of methods that share out a rotated embedding have in common. Imports without torch."""

import math
from typing import ClassVar, Literal

from pydantic import Field

from clustering.params.deep import AuxiliaryParams
from clustering.params.nets import AutoencoderNet, MlpNet
from clustering.params.training import AdamOptimizer, AnyOptimizer, Schedule

STEPS_AT_ONCE = 100
"""Steps of an epoch of the initialization."""


class SpacesParams(AuxiliaryParams):
    """Params of a method whose clusterings weigh the dimensions of one rotated embedding."""

    net: AutoencoderNet = Field(
        MlpNet(activation="leaky_relu"), description="The autoencoder's architecture."
    )
    epochs: int = Field(400, ge=0, le=100_000, description="Epochs of clustering.")
    lr: float = Field(1e-3, gt=0, le=1, description="Learning rate of the clustering.")
    optimizer: AnyOptimizer = Field(AdamOptimizer(), description="Who descends in the clustering.")
    schedule: Schedule = Field(
        Schedule(), description="How the learning rate of the clustering goes over its epochs."
    )
    observe_every: int = Field(
        10,
        ge=0,
        le=100_000,
        description="Epochs from one look at every clustering (label change, distance ratio, silhouette) to "
        "the next; 0 never looks.",
    )
    stop_below: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="End the clustering once in each clustering a smaller share of samples changed its "
        "cluster since the epoch before; null takes every epoch.",
    )
    reconstruction_mean: Literal["element", "sample"] = Field(
        "sample",
        description="What the squared error is averaged over: all values, or samples only, as the distances "
        "to the centers are.",
    )
    weight_lr_factor: float = Field(
        10.0, gt=0, le=1000, description="Learning rate of the dimensions' weights, in units of `lr`."
    )
    weight_power: Literal[1, 2] = Field(
        2, description="Power of the dimensions' weights in distances to centers."
    )
    center_memory: float = Field(
        0.5, ge=0, lt=1, description="Share that the running count of a center's samples keeps at each step."
    )
    whiten: bool = Field(
        False,
        description="Whether the embedding, which a reconstruction determines only up to a linear map, is "
        "given unit variance in every direction before the initialization; reconstructions stay the same.",
    )
    init: Literal["random", "nrkmeans", "autonr", "nrdipmeans"] = Field(
        "random", description="Where rotation and weights start."
    )
    init_starts: int = Field(5, ge=1, le=1000, description="Starts, of which the best is kept.")
    init_steps: int = Field(
        2000, ge=0, le=1_000_000, description="Steps of a random start, all starts at once."
    )
    init_samples: int = Field(
        10_000, ge=2, le=100_000_000, description="Random samples that the initialization sees; all if fewer."
    )
    init_centers: Literal["kmeans", "kmeans++"] = Field(
        "kmeans", description="How a random start places its centers: k-means, or its seeding alone."
    )

    averages_spaces: ClassVar[bool] = False
    """Whether the compression is a mean over the spaces instead of a sum."""

    @property
    def clusters_weigh_alike(self) -> bool:
        """Whether the compression is averaged over each cluster's samples instead of all of a batch."""
        return False

    @property
    def init_epochs(self) -> int:
        """Epochs in which random starts descend."""
        return math.ceil(self.init_steps / STEPS_AT_ONCE) if self.init == "random" else 0
