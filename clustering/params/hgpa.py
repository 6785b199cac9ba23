"""Params of HGPA."""

from typing import Literal

from pydantic import Field

from clustering.params.consensus import EnsembleParams


class HgpaParams(EnsembleParams):
    """Partition the hypergraph whose edges are all clusters of all clusterings."""

    title = "HGPA"
    paper = (
        "Strehl, Ghosh. Cluster Ensembles: A Knowledge Reuse Framework for Combining Multiple Partitions. "
        "JMLR 3, 2002."
    )

    method: Literal["hgpa"] = "hgpa"
    balanced: bool = Field(True, description="Whether no cluster may exceed the mean size by more than 3 %.")
