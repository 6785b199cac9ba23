"""Architectures that a spec can ask for."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Width = Annotated[int, Field(ge=1, le=16_384)]
Channels = Annotated[int, Field(ge=1, le=1024)]


class MlpNet(BaseModel):
    """Feed-forward autoencoder with a mirrored decoder, linear embedding and linear output."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["mlp"] = Field("mlp", description="Feed-forward; images are flattened.")
    hidden: tuple[Width, ...] = Field(
        (500, 500, 2000), min_length=0, max_length=8, description="Widths of the encoder's hidden layers."
    )
    activation: Literal["relu", "leaky_relu"] = Field(
        "relu", description="Nonlinearity after each hidden layer."
    )


class ConvNet(BaseModel):
    """Residual convolutional autoencoder for small images with a mirrored decoder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["conv"] = Field("conv", description="Convolutional and residual; images only, from 8×8 on.")
    channels: tuple[Channels, ...] = Field(
        (16, 32, 64),
        min_length=1,
        max_length=6,
        description="Channels of the stages; each stage after the first halves height and width.",
    )
    negative_slope: float = Field(0.1, ge=0, lt=1, description="Slope of the leaky ReLU below zero.")


AnyNet: TypeAlias = Annotated[MlpNet | ConvNet, Field(discriminator="type")]
