"""Params of BIRCH."""

from typing import Literal

from pydantic import Field

from clustering.params.base import ClusterParams


class BirchParams(ClusterParams):
    """One pass that condenses the samples into a tree of subclusters, which Ward's linkage then merges."""

    title = "BIRCH"
    paper = "Zhang, Ramakrishnan, Livny. BIRCH: An Efficient Data Clustering Method. SIGMOD 1996."
    supports = frozenset({"predict", "decode", "prototypes"})

    method: Literal["birch"] = "birch"
    threshold: float = Field(
        0.5,
        gt=0,
        le=1e12,
        description="Largest radius of a subcluster, in the units of the scaled inputs; smaller keeps more.",
    )
    branching_factor: int = Field(50, ge=2, le=10_000, description="Most subclusters in a node of the tree.")
    max_subclusters: int = Field(
        10_000,
        ge=2,
        le=30_000,
        description="Most subclusters merged: merging takes memory by their square.",
    )
