"""How a clustering breaks the reclustering barrier. Imports without torch."""

import math
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class BRBParams(BaseModel):
    """Soft weight reset, reclustering and reset of the centers' moments every so many epochs.

    The defaults are those of Miklautz et al., ICLR 2025, for autoencoders; what the paper compares them
    with is had by other values. Recluster only: alpha 1. Reset only: recluster none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    interval: int = Field(20, ge=1, le=100_000, description="Epochs from one reset to the next.")
    min_steps: int = Field(
        0,
        ge=0,
        le=1_000_000_000,
        description="Steps from one reset to the next at least; an interval with fewer, on a small data "
        "set, is longer by whole epochs. 0 leaves it to the interval.",
    )
    alpha: float = Field(
        0.8, ge=0, le=1, description="Share of its weights that a layer keeps in a reset; 1 resets nothing."
    )
    block_step: float = Field(
        0.1,
        ge=0,
        le=1,
        description="For convolutional nets: the deepest residual block keeps this much more than alpha, "
        "each block before it as much more again, up to all.",
    )
    reset_embedding: bool = Field(
        False, description="Whether the last linear layer of the encoder is reset too."
    )
    reset_projector: bool = Field(
        True, description="Whether the projector of a contrastive net is reset too, by alpha."
    )
    reset_batchnorm: bool = Field(
        False,
        description="Whether scales and shifts of batch norms beside the layers reset go towards 1 and 0.",
    )
    reset_moments: bool = Field(
        True,
        description="Whether the centers start without momentum after a reset: zero moments in the "
        "optimizer, and DCN's counts back at first_count.",
    )
    initialization: Literal["kaiming", "torch_default"] = Field(
        "kaiming",
        description="Where fresh weights come from. kaiming: uniform within ±√(6 / inputs), which fits ReLU; "
        "torch_default: within ±√(1 / inputs), as PyTorch's layers start. Biases are the latter in both.",
    )
    perturbation: Literal["soft_reset", "no_contraction", "gaussian", "embedding_noise", "reset_copy"] = (
        Field(
            "soft_reset",
            description="What comes before the reclustering. soft_reset: weights move to fresh ones by "
            "1 - alpha; no_contraction: that share of fresh weights is added to all of the old ones; "
            "gaussian: fresh weights have the old ones' mean and deviation; embedding_noise: only the "
            "embeddings that the reclustering sees are perturbed; reset_copy: a copy of the network is reset "
            "and gives the labels, the network itself their means.",
        )
    )
    noise: float = Field(
        0.5,
        ge=0,
        le=100,
        description="For embedding_noise: length of the noise, as a share of each embedding's length.",
    )
    recluster: Literal["kmeans", "kmeans++", "kmedoids", "em", "means", "random", "none"] = Field(
        "kmeans",
        description="How centers are placed after the perturbation: k-means; its seeding alone; k-medoids; "
        "means of a Gaussian mixture; means of the clusters as they were before; random samples; not at all.",
    )
    n_init: int = Field(
        10, ge=1, le=1000, description="Starts of k-means and of the Gaussian mixture; the best is kept."
    )
    samples: int = Field(
        10_000,
        ge=2,
        le=100_000_000,
        description="Samples that the reclustering sees, at least one a cluster; all if fewer.",
    )
    samples_from: Literal["random", "first"] = Field(
        "random",
        description="Which samples: drawn anew at each reset, or the first of the data set, as in the "
        "paper's code.",
    )

    def epochs_between(self, steps: int) -> int:
        """Epochs from one reset to the next, of so many steps each."""
        return max(self.interval, math.ceil(self.min_steps / steps))

    @model_validator(mode="after")
    def _labels_have_a_source(self) -> "BRBParams":
        if self.perturbation in ("embedding_noise", "reset_copy") and self.recluster in ("means", "none"):
            raise ValueError(
                f"{self.perturbation} changes nothing but the labels of a reclustering; met recluster "
                f"{self.recluster}, accepted are kmeans, kmeans++, kmedoids, em and random"
            )
        return self

    @model_validator(mode="after")
    def _something_happens(self) -> "BRBParams":
        if self.alpha == 1 and self.recluster == "none" and not self.reset_moments:
            raise ValueError(
                "alpha 1, recluster none and reset_moments false leave nothing of a reset; change one of them"
            )
        return self
