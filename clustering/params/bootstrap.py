"""What the params of methods that learn from a slow copy of their network share. Imports without torch."""

from typing import Literal

from pydantic import Field

from clustering.params.contrastive import ContrastiveParams
from clustering.params.nets import Width
from clustering.params.training import AnyOptimizer, Schedule, SGDOptimizer


class BootstrapParams(ContrastiveParams):
    """Params of a network that predicts what a slow copy of it makes of another view.

    The defaults are those of ProPos (Huang et al., TPAMI 2023) for CIFAR-10.
    """

    predictor: tuple[Width, ...] = Field(
        (4096,), max_length=8, description="Widths of the predictor's hidden layers, with batch norm."
    )
    small_start: bool = Field(
        False,
        description="Whether weights of linear layers are first drawn from N(0, 0.01²), with biases 0, as in "
        "the code of ProPos and DigPro, instead of as PyTorch does. For wide layers: where all units of a "
        "narrow one are off, the prediction is 0 and has no direction.",
    )
    momentum: float = Field(
        0.996, ge=0, le=1, description="Share of itself that the slow copy keeps at each step."
    )
    momentum_schedule: Literal["constant", "cosine"] = Field(
        "constant", description="Whether the momentum stays, or rises to 1 along half a cosine."
    )
    lr: float = Field(
        0.1, gt=0, le=10, description="Learning rate; the recipe's is 0.05 for 256 samples a step."
    )
    predictor_lr_factor: float = Field(
        10.0, gt=0, le=1000, description="How many times faster the predictor learns."
    )
    optimizer: AnyOptimizer = Field(SGDOptimizer(weight_decay=5e-4), description="Who descends.")
    schedule: Schedule = Field(
        Schedule(warmup_epochs=50, decay="cosine"),
        description="How the learning rates go over the epochs.",
    )
    clip_norm: float | None = Field(
        None,
        gt=0,
        le=1e6,
        description="Largest L2 norm of the gradient of the network and of the predictor; null leaves it as "
        "it is.",
    )

    @property
    def compared_dim(self) -> int:
        """Width of what the views are compared by."""
        return (self.embedding_dim, *self.net.projector)[-1]
