"""What the params of methods that only compare views share. Imports without torch."""

from typing import ClassVar, Literal

from pydantic import Field

from clustering.params.augment import AnyAugment, SimclrAugment
from clustering.params.base import NetParams
from clustering.params.nets import ContrastiveNet, ResNet


class ContrastiveParams(NetParams):
    """Params of a pretraining that compares random views of images.

    The defaults are those of the BRB paper (Miklautz et al., ICLR 2025), appendix E.7, for CIFAR-10.
    """

    kind: ClassVar[Literal["cluster", "pretrain", "consensus"]] = "pretrain"
    supports = frozenset({"predict", "resume", "augment"})
    accepts = frozenset({"images"})

    net: ContrastiveNet = Field(ResNet(), description="The network's architecture.")
    embedding_dim: int = Field(128, ge=1, le=4096, description="Width of the embedding.")
    batch_size: int = Field(
        512, ge=2, le=65_536, description="Samples a step; the network sees two views of each at once."
    )
    augment: AnyAugment = Field(SimclrAugment(), description="Random views of images, two of each sample.")
    epochs: int = Field(1000, ge=1, le=100_000, description="Epochs of training.")
