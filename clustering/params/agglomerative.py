"""Params of agglomerative clustering."""

from typing import Literal

from pydantic import Field, model_validator

from clustering.params.base import ClusterParams


class AgglomerativeParams(ClusterParams):
    """Merge the two closest clusters again and again, from single samples up."""

    title = "Agglomerative clustering"
    paper = "Ward. Hierarchical Grouping to Optimize an Objective Function. JASA, 1963."
    supports = frozenset({"decode", "prototypes"})
    max_samples = 20_000

    method: Literal["agglomerative"] = "agglomerative"
    linkage: Literal["ward", "complete", "average", "single"] = Field(
        "ward",
        description="What makes two clusters close: least gain in variance, farthest, mean or nearest pair.",
    )
    metric: Literal["euclidean", "manhattan", "cosine"] = Field(
        "euclidean", description="Distance between samples; ward needs euclidean."
    )

    @model_validator(mode="after")
    def _ward_is_euclidean(self) -> "AgglomerativeParams":
        if self.linkage == "ward" and self.metric != "euclidean":
            raise ValueError(f"ward linkage needs the euclidean metric; met {self.metric}")
        return self
