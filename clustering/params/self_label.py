"""How a clustering is refined by its own confident labels. Imports without torch."""

from pydantic import BaseModel, ConfigDict, Field

from clustering.params.augment import AnyAugment, StrongAugment


class SelfLabelParams(BaseModel):
    """A classification head learns the clusters, then trains on its confident labels of other views.

    The method of SCAN (Van Gansbeke et al., ECCV 2020) as the BRB paper (Miklautz et al., ICLR 2025) runs it:
    without weight decay. Epochs, learning rate and threshold are SCAN's; of the head's first training the
    BRB paper gives no figures. Neither trains a decoder.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: int = Field(200, ge=1, le=100_000, description="Epochs of training on confident labels.")
    lr: float = Field(1e-4, gt=0, le=1, description="Adam's learning rate for them.")
    weight_decay: float = Field(0.0, ge=0, le=1, description="L2 penalty on weights during them.")
    batch_size: int | None = Field(
        None,
        ge=2,
        le=65_536,
        description="Samples a step, of the head's first training too; null takes the clustering's.",
    )
    warmup_epochs: int = Field(
        10, ge=1, le=10_000, description="Epochs of the head alone before, on the nearest centers' labels."
    )
    warmup_lr: float = Field(1e-3, gt=0, le=1, description="Adam's learning rate for the head alone.")
    threshold: float = Field(
        0.99,
        ge=0,
        lt=1,
        description="A weak view's label trains its strong view where its probability is above this.",
    )
    weak: AnyAugment | None = Field(
        None, description="Views that labels are read from; null reads them from the samples as given."
    )
    strong: AnyAugment | None = Field(
        StrongAugment(),
        description="Views that learn the labels; null takes the samples as given, and so serves vectors.",
    )
    decoder_epochs: int = Field(
        20,
        ge=0,
        le=100_000,
        description="Epochs that train an autoencoder's decoder alone afterwards, as the embedding has moved "
        "away from it; 0 leaves out all that is decoded.",
    )
    decoder_lr: float = Field(1e-3, gt=0, le=1, description="Adam's learning rate for the decoder alone.")
    class_balanced: bool = Field(
        True, description="Whether all clusters among a batch's confident labels weigh the same."
    )
