"""What the params of methods over an autoencoder share. Imports without torch."""

from typing import Literal

from pydantic import Field

from clustering.params.base import Capability, ClusterParams, NetParams
from clustering.params.brb import BRBParams
from clustering.params.layerwise import LayerwiseParams
from clustering.params.self_label import SelfLabelParams
from clustering.params.starting import MODEL_ID, StartingParams
from clustering.params.training import AdamOptimizer, AnyOptimizer, Schedule


class PretrainedParams(NetParams, StartingParams):
    """Params of a method that starts from a pretrained network, its own or a trained model's.

    The pretraining reconstructs with an autoencoder and contrasts views (SimCLR) with a net that projects.

    The defaults are those of the BRB paper (Miklautz et al., ICLR 2025), appendix E, for gray images.
    """

    pretrain_epochs: int = Field(
        250,
        ge=0,
        le=100_000,
        description="Epochs of pretraining before clustering; 0 starts from scratch.",
    )
    pretrain_lr: float = Field(1e-3, gt=0, le=1, description="Learning rate of the pretraining.")
    pretrain_optimizer: AnyOptimizer = Field(AdamOptimizer(), description="Who descends in the pretraining.")
    pretrain_schedule: Schedule = Field(
        Schedule(), description="How the learning rate of the pretraining goes over its epochs."
    )
    pretrain_augment: bool = Field(
        False,
        description="Whether a reconstruction before clustering also sees the views that `augment` draws; a "
        "contrastive net always does.",
    )
    layerwise: LayerwiseParams | None = Field(
        None,
        description="Layers of a feed-forward autoencoder that are trained one after the other, on corrupted "
        "samples, before the pretraining of the whole; null trains the whole at once.",
    )
    temperature: float = Field(
        0.5, gt=0, le=100, description="Of the contrastive loss; for nets with a projector."
    )
    initial_model: str | None = Field(
        None,
        pattern=MODEL_ID,
        description="Trained model whose network to start from; it takes the place of the pretraining. Its "
        "architecture has to be this one's; of a BYOL model only the encoder is taken over, whatever its "
        "projector.",
    )
    clip_norm: float | None = Field(
        500.0, gt=0, le=1e6, description="Largest L2 norm of the network's gradient; null leaves it as it is."
    )

    @property
    def layer_stages(self) -> dict[str, int]:
        """Epochs of each layer's own stage."""
        if self.layerwise is None or self.net.type != "mlp":
            return {}
        return {f"layer {depth}": self.layerwise.epochs for depth in range(1, len(self.net.hidden) + 2)}

    @property
    def pretrain_stages(self) -> dict[str, int]:
        """Epochs of all stages before the clustering, in order."""
        return self.layer_stages | {"pretrain": self.pretrain_epochs}

    def can(self, capability: Capability) -> bool:
        return super().can(capability) and (capability != "decode" or self.net.type != "resnet")


class SelfLabelledParams(PretrainedParams, ClusterParams):
    """Params of a method whose clusters can be refined by their own confident labels."""

    observe_every: int = Field(
        10,
        ge=0,
        le=100_000,
        description="Epochs from one look at the embedding (label change, distance ratio, silhouette) to the "
        "next; 0 never looks.",
    )
    self_label: SelfLabelParams | None = Field(
        None, description="A last stage that trains on confident labels; null ends with the clustering."
    )

    @property
    def refit_epochs(self) -> int:
        """Epochs of the decoder alone, after the encoder has learned labels without it."""
        asked = self.self_label
        return 0 if asked is None or self.net.type == "resnet" else asked.decoder_epochs

    def can(self, capability: Capability) -> bool:
        labels_itself = self.self_label is not None
        if capability == "decode" and labels_itself and not self.refit_epochs:
            return False
        return super().can(capability) or (capability == "soft" and labels_itself)


class DeepParams(SelfLabelledParams):
    """Params of a method that moves centers in an embedding while it trains it on."""

    epochs: int = Field(400, ge=0, le=100_000, description="Epochs of clustering.")
    lr: float = Field(1e-3, gt=0, le=1, description="Learning rate of the clustering.")
    optimizer: AnyOptimizer = Field(AdamOptimizer(), description="Who descends in the clustering.")
    schedule: Schedule = Field(
        Schedule(), description="How the learning rate of the clustering goes over its epochs."
    )
    stop_below: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="End the clustering once a smaller share of samples changed its cluster since the epoch "
        "before; null takes every epoch.",
    )
    brb: BRBParams | None = Field(
        None, description="Resets against the reclustering barrier; null trains without."
    )
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


class AuxiliaryParams(PretrainedParams):
    """Params of a method that keeps its pretext task beside the clustering."""

    auxiliary_weight: float = Field(
        1.0, ge=0, le=1e6, description="Weight of the reconstruction, or of a projecting net's contrast."
    )
    reconstruction_mean: Literal["element", "sample"] = Field(
        "element",
        description="What the squared error is averaged over: all values, or samples only (then it weighs as "
        "many times more as a sample has values).",
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
