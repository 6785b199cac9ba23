"""Params of MCLA."""

from typing import Literal

from pydantic import Field

from clustering.params.consensus import EnsembleParams


class MclaParams(EnsembleParams):
    """Cluster the clusters; a sample goes to the meta-cluster in which it is most often."""

    title = "MCLA"
    paper = (
        "Strehl, Ghosh. Cluster Ensembles: A Knowledge Reuse Framework for Combining Multiple Partitions. "
        "JMLR 3, 2002."
    )

    method: Literal["mcla"] = "mcla"
    collapse: Literal["mean", "sum"] = Field(
        "mean", description="A sample's membership in a meta-cluster: over its clusters the mean, or the sum."
    )
