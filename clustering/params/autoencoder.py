"""Params of the autoencoder."""

from typing import ClassVar, Literal

from pydantic import Field

from clustering.params.base import NetParams
from clustering.params.nets import AutoencoderNet, MlpNet
from clustering.params.training import AdamOptimizer, AnyOptimizer, Schedule


class AutoencoderParams(NetParams):
    """An autoencoder trained on reconstruction alone: a model from which later jobs can start."""

    title = "Autoencoder"
    paper = (
        "Hinton, Salakhutdinov. Reducing the Dimensionality of Data with Neural Networks. Science 313, 2006."
    )
    kind: ClassVar[Literal["cluster", "pretrain", "consensus"]] = "pretrain"
    supports = frozenset({"decode", "predict", "resume", "augment"})

    method: Literal["autoencoder"] = "autoencoder"
    net: AutoencoderNet = Field(MlpNet(), description="The network's architecture.")
    epochs: int = Field(250, ge=1, le=100_000, description="Epochs of reconstruction.")
    lr: float = Field(1e-3, gt=0, le=1, description="Learning rate.")
    optimizer: AnyOptimizer = Field(AdamOptimizer(), description="Who descends.")
    schedule: Schedule = Field(Schedule(), description="How the learning rate goes over the epochs.")
    clip_norm: float | None = Field(
        500.0, gt=0, le=1e6, description="Largest L2 norm of the network's gradient; null leaves it as it is."
    )
