"""What the params of methods over an autoencoder share. Imports without torch."""

from typing import Literal

from pydantic import Field

from clustering.params.base import ClusterParams, NetParams


class PretrainedParams(NetParams):
    """Params of a method that starts from an autoencoder, its own or a trained model's.

    The defaults are those of the BRB paper (Miklautz et al., ICLR 2025), appendix E, for gray images.
    """

    pretrain_epochs: int = Field(
        250,
        ge=0,
        le=100_000,
        description="Epochs of reconstruction before clustering; 0 starts from scratch.",
    )
    pretrain_lr: float = Field(1e-3, gt=0, le=1, description="Adam's learning rate for the reconstruction.")
    pretrain_augment: bool = Field(
        False,
        description="Whether the reconstruction before clustering also sees the views that `augment` draws.",
    )
    initial_model: str | None = Field(
        None,
        pattern=r"^mdl_[0-9A-Za-z]{1,40}$",
        description="Trained model whose network to start from; it takes the place of the reconstruction.",
    )
    clip_norm: float | None = Field(
        500.0, gt=0, le=1e6, description="Largest L2 norm of the network's gradient; null leaves it as it is."
    )


class DeepParams(PretrainedParams, ClusterParams):
    """Params of a method that clusters an autoencoder's embedding while it trains it on."""

    epochs: int = Field(400, ge=0, le=100_000, description="Epochs of clustering.")
    lr: float = Field(1e-3, gt=0, le=1, description="Adam's learning rate for the clustering.")
    n_init: int = Field(
        10,
        ge=1,
        le=1000,
        description="Starts of the k-means that places the first centers; the best is kept.",
    )
    kmeans_samples: int = Field(
        10_000,
        ge=2,
        le=100_000_000,
        description="Random samples that this k-means sees, at least one a cluster; all if fewer.",
    )


class SelfTrainedParams(DeepParams):
    """Params of a method that trains on its own sharpened Student-t assignments."""

    alpha: float = Field(1.0, gt=0, le=1000, description="Degrees of freedom of the Student-t kernel.")
    target: Literal["batch", "epoch"] = Field(
        "batch",
        description="Where the target distribution comes from: from each batch as it passes, as in BRB's "
        "experiments, or from all samples at the start of each epoch, close to the original DEC's refresh at "
        "intervals.",
    )
