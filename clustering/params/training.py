"""How a stage descends: optimizers and schedules of the learning rate. Imports without torch."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

WeightDecay = Annotated[float, Field(ge=0, le=1)]


class AdamOptimizer(BaseModel):
    """Adam."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["adam"] = Field("adam", description="Adam (Kingma, Ba 2015).")
    weight_decay: WeightDecay = Field(0.0, description="L2 penalty on weights; never on biases and norms.")


class AdamWOptimizer(BaseModel):
    """Adam with decoupled weight decay."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["adamw"] = Field("adamw", description="AdamW (Loshchilov, Hutter 2019).")
    weight_decay: WeightDecay = Field(1e-4, description="Decay of weights; never of biases and norms.")


class SGDOptimizer(BaseModel):
    """Stochastic gradient descent with momentum."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["sgd"] = Field("sgd", description="Stochastic gradient descent.")
    momentum: float = Field(0.9, ge=0, lt=1, description="Share of the last step that the next one keeps.")
    weight_decay: WeightDecay = Field(5e-4, description="L2 penalty on weights; never on biases and norms.")


AnyOptimizer: TypeAlias = Annotated[
    AdamOptimizer | AdamWOptimizer | SGDOptimizer, Field(discriminator="type")
]


class Schedule(BaseModel):
    """How the learning rate goes over a stage's epochs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    warmup_epochs: int = Field(0, ge=0, le=10_000, description="Epochs of linear rise to the learning rate.")
    warmup_from: float = Field(
        0.01, ge=0, le=1, description="Share of the learning rate from which the rise begins."
    )
    decay: Literal["none", "cosine", "step"] = Field(
        "none",
        description="After the warm-up: constant; down to 0 along a half cosine; or by steps, each of "
        "the same length.",
    )
    step_factor: float = Field(
        0.5, gt=0, le=1, description="What multiplies the learning rate from one step to the next."
    )
    steps: int = Field(5, ge=1, le=10_000, description="Steps of a decay by step.")
