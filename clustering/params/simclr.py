"""Params of SimCLR."""

from typing import Literal

from pydantic import Field

from clustering.params.contrastive import ContrastiveParams
from clustering.params.training import AdamWOptimizer, AnyOptimizer, Schedule


class SimCLRParams(ContrastiveParams):
    """A residual net trained to tell views of one image from those of all others: a model to start from."""

    title = "SimCLR"
    paper = (
        "Chen, Kornblith, Norouzi, Hinton. A Simple Framework for Contrastive Learning of Visual "
        "Representations. ICML 2020."
    )

    method: Literal["simclr"] = "simclr"
    temperature: float = Field(
        0.5, gt=0, le=100, description="Of the similarities; small, the nearest wrong image counts most."
    )
    lr: float = Field(3e-3, gt=0, le=10, description="Learning rate.")
    optimizer: AnyOptimizer = Field(AdamWOptimizer(weight_decay=1e-4), description="Who descends.")
    schedule: Schedule = Field(
        Schedule(warmup_epochs=20), description="How the learning rate goes over the epochs."
    )
    clip_norm: float | None = Field(
        500.0,
        gt=0,
        le=1e6,
        description="Largest L2 norm of the network's gradient; null leaves it as it is.",
    )
