"""Params of DigPro."""

from typing import ClassVar, Literal

from pydantic import Field

from clustering.params.base import Told
from clustering.params.prototypes import PrototypeParams


class DigProParams(PrototypeParams):
    """ProPos, and views that find the group of the other view among groups that move at every step."""

    title = "DigPro"
    paper = (
        "Zhang, Huang. Towards Efficient and Effective Deep Clustering with Dynamic Grouping and Prototype "
        "Aggregation. 2024 (arXiv 2401.13581)."
    )

    curves: ClassVar[Told] = {
        **PrototypeParams.curves,
        "grouping": "Cross-entropy of the groups of the other view.",
    }

    method: Literal["digpro"] = "digpro"
    n_groups: int | None = Field(
        None, ge=1, le=10_000, description="Number of momentum groups; null takes as many as clusters."
    )
    group_weight: float = Field(
        1.0, ge=0, le=1e4, description="Weight λ of the loss of the groups; the paper tries 0.1 to 1."
    )
    grouped: Literal["predictions", "embeddings"] = Field(
        "predictions",
        description="What of a view has to find the group of the other: its prediction, as in the paper's "
        "code, or its embedding, as in its equation 3.",
    )
    group_temperature: float = Field(
        0.1, gt=0, le=100, description="Of the similarities to groups, in the loss and in their assignment."
    )
    group_momentum: float = Field(
        0.99, ge=0, le=1, description="Share of itself that a group keeps when it meets samples."
    )
    bank_size: int = Field(
        2560,
        ge=2,
        le=1_000_000,
        description="Latest embeddings that are kept to place the groups anew, at least one a group.",
    )
    regroup_every: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        description="Steps from one k-means of the kept embeddings, which places the groups anew once there "
        "are enough, to the next; null takes as many steps as groups.",
    )
    double_momentum: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Momentum of a second move of the slow copy before each step that does not place groups; "
        "null moves it once. The paper's code has 0.99.",
    )

    @property
    def groups(self) -> int:
        """Number of momentum groups."""
        return self.n_groups or self.n_clusters
