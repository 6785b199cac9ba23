"""How a feed-forward autoencoder is pretrained layer by layer. Imports without torch."""

from pydantic import BaseModel, ConfigDict, Field


class LayerwiseParams(BaseModel):
    """Stacked denoising pretraining, before the whole autoencoder is trained.

    The defaults are those of DECCS's and ACe/DeC's experiments (Miklautz et al., IJCAI 2021 and ICDM 2022);
    the epochs are about their 25,000 steps a layer on 70,000 samples.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: int = Field(92, ge=1, le=100_000, description="Epochs of each layer.")
    lr: float = Field(1e-3, gt=0, le=1, description="Learning rate of the layers.")
    corruption: float = Field(0.2, ge=0, lt=1, description="Share of the input values that is set to 0.")
    dropout: float = Field(
        0.2,
        ge=0,
        lt=1,
        description="Share of the hidden activations that is dropped; never of the embedding.",
    )
