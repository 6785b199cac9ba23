"""How a clustering is refined by its own confident labels. Imports without torch."""

from pydantic import BaseModel, ConfigDict, Field


class SelfLabelParams(BaseModel):
    """A classification head learns the clusters, then trains on its confident labels of other views."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: int = Field(200, ge=1, le=100_000, description="Epochs of training on confident labels.")
    lr: float = Field(1e-4, gt=0, le=1, description="Adam's learning rate for them.")
    warmup_epochs: int = Field(10, ge=1, le=10_000, description="Epochs of the head alone before.")
    warmup_lr: float = Field(1e-3, gt=0, le=1, description="Adam's learning rate for the head.")
    threshold: float = Field(
        0.99,
        ge=0,
        lt=1,
        description="Least confidence of a weak view's label to train its strong view.",
    )
