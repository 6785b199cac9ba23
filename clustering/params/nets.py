"""Architectures that a spec can ask for."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

Width = Annotated[int, Field(ge=1, le=16_384)]
Channels = Annotated[int, Field(ge=1, le=1024)]
Depth: TypeAlias = Literal[10, 18, 34, 50]
Stem: TypeAlias = Literal["small", "pooled", "large"]

BLOCKS: dict[Depth, tuple[int, int, int, int]] = {
    10: (1, 1, 1, 1),
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
}
"""Residual blocks of each stage, by the depth that names the net."""
EXPANSION: dict[Depth, int] = {10: 1, 18: 1, 34: 1, 50: 4}
"""How many times its inner channels a block ends with; above 1 the blocks are bottlenecks."""

DEPTHS = "Layers, as the net is named; 50 has bottleneck blocks, which end with four times their channels."
WIDTHS = "Channels within the first stage; each later one doubles them."
STEMS = (
    "small: a 3×3 convolution, for images to 64×64; pooled: that and a pooling that halves the sides; "
    "large: 7×7 with stride 2 and pooling, which quarter them."
)


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


class ResidualStages(BaseModel):
    """What autoencoders with residual convolutions have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channels: tuple[Channels, ...] = Field(
        (16, 32, 64),
        min_length=1,
        max_length=6,
        description="Channels of the stages; each stage after the first halves height and width.",
    )
    negative_slope: float = Field(0.1, ge=0, lt=1, description="Slope of the leaky ReLU below zero.")
    dropout: float = Field(
        0.0, ge=0, lt=1, description="Share of the channels within each residual block that training drops."
    )


class ConvNet(ResidualStages):
    """Residual convolutional autoencoder for small images with a mirrored decoder."""

    type: Literal["conv"] = Field("conv", description="Convolutional and residual; images only, from 8×8 on.")


class MixedNet(ResidualStages):
    """Autoencoder of several views and attributes in one code.

    One encoder sees each view, with the sample's attributes beside the features of its last stage; the code
    of a sample is the mean of those of its views. The decoder draws each view and the attributes.
    """

    type: Literal["mixed"] = Field(
        "mixed",
        description="Convolutional over each view, and feed-forward over attributes; for image data sets "
        "with several views, attributes or both.",
    )
    hidden: tuple[Width, ...] = Field(
        (1024,),
        max_length=8,
        description="Widths between the last stage's features with the attributes and the embedding.",
    )
    attribute_weight: float = Field(
        1.0,
        gt=0,
        le=1e6,
        description="Weight of the attributes' mean squared error, in units of that of the pixels.",
    )
    tell_view: bool = Field(
        True,
        description="Whether the decoder is told which view it draws. Untold, as in the paper, a code that "
        "views agree on can only be drawn as their mixture.",
    )


class ResNet(BaseModel):
    """Residual encoder with a feed-forward head, and a projector for contrastive losses; no decoder.

    The defaults are those of the BRB paper (Miklautz et al., ICLR 2025) for CIFAR-10.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["resnet"] = Field("resnet", description="Residual and contrastive; images only.")
    depth: Depth = Field(18, description=DEPTHS)
    width: Channels = Field(64, description=WIDTHS)
    stem: Stem = Field("small", description=STEMS)
    hidden: tuple[Width, ...] = Field(
        (512, 256), max_length=8, description="Widths between the residual features and the embedding."
    )
    projector: tuple[Width, ...] = Field(
        (2048, 128), min_length=1, max_length=8, description="Widths from the embedding to the projection."
    )


class ResidualTrunk(BaseModel):
    """Residual net without anything behind its features, which are the means over all places."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["resnet"] = Field("resnet", description="Residual; images only.")
    depth: Depth = Field(34, description=DEPTHS)
    width: Channels = Field(64, description=WIDTHS)
    stem: Stem = Field("large", description=STEMS)


class PlainTrunk(BaseModel):
    """Convolutions with poolings between them; its features are all places of the last one.

    The defaults are those of the IIC paper (Ji et al., ICCV 2019) for MNIST.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["plain"] = Field("plain", description="Convolutional without shortcuts; images only.")
    channels: tuple[Channels, ...] = Field(
        (64, 128, 256, 512),
        min_length=1,
        max_length=6,
        description="Channels of the convolutions; each after the first halves height and width before it.",
    )
    kernel: Literal[3, 5] = Field(5, description="Side of the convolutions.")


AnyTrunk: TypeAlias = Annotated[ResidualTrunk | PlainTrunk, Field(discriminator="type")]


class ResNetEncoder(ResNet):
    """Residual encoder with a feed-forward head that ends in the embedding, where views are compared."""

    type: Literal["resnet"] = Field("resnet", description="Residual, without a projector; images only.")
    hidden: tuple[Width, ...] = Field(
        (4096,), max_length=8, description="Widths between the residual features and the embedding."
    )
    projector: tuple[()] = Field((), description="None: views are compared in the embedding itself.")


AutoencoderNet: TypeAlias = Annotated[MlpNet | ConvNet | MixedNet, Field(discriminator="type")]
ContrastiveNet: TypeAlias = ResNet
AnyNet: TypeAlias = Annotated[MlpNet | ConvNet | ResNet | MixedNet, Field(discriminator="type")]
