"""Candidates among which a job chooses without labels. Imports without torch."""

from itertools import product
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST = 32

Dimension = Annotated[int, Field(ge=1, le=4096)]
Rate = Annotated[float, Field(gt=0, le=1)]
Decay = Annotated[float, Field(ge=0, le=1)]


class Grid(BaseModel):
    """What pretraining is repeated with; every combination is a candidate.

    Among the candidates whose held-out samples are reconstructed nearly as well as by the best, those of the
    narrowest embedding stay; of these, those whose clusterings are not copies of each other; and of these
    the one whose clusterings describe the samples in the fewest bits is trained on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    embedding_dim: tuple[Dimension, ...] = Field(
        (), max_length=8, description="Widths of the embedding to try; empty for that of the spec alone."
    )
    pretrain_lr: tuple[Rate, ...] = Field(
        (), max_length=8, description="Learning rates to try; empty for that of the spec alone."
    )
    weight_decay: tuple[Decay, ...] = Field(
        (), max_length=8, description="Weight decays to try; empty for that of `pretrain_optimizer` alone."
    )
    repeats: int = Field(1, ge=1, le=MOST, description="Fresh networks of each combination.")
    tolerance: float = Field(
        0.05,
        ge=0,
        le=10,
        description="Share by which a held-out reconstruction may be worse than the best one's.",
    )

    @property
    def size(self) -> int:
        """Number of candidates."""
        axes = (self.embedding_dim, self.pretrain_lr, self.weight_decay)
        return self.repeats * len(list(product(*(axis or (None,) for axis in axes))))

    @model_validator(mode="after")
    def _is_small(self) -> "Grid":
        if self.size > MOST:
            raise ValueError(f"the grid has {self.size} candidates; accepted are at most {MOST}")
        return self

    def combinations(self) -> list[dict[str, Any]]:
        """Fields of each candidate that differ from the spec's, a repeat beside the other."""
        found = []
        for width, lr, decay in product(
            self.embedding_dim or (None,), self.pretrain_lr or (None,), self.weight_decay or (None,)
        ):
            chosen = {"embedding_dim": width, "pretrain_lr": lr, "weight_decay": decay}
            found += [{name: value for name, value in chosen.items() if value is not None}] * self.repeats
        return found
