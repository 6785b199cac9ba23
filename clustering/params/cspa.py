"""Params of CSPA."""

from typing import Literal

from pydantic import Field

from clustering.params.consensus import EnsembleParams


class CspaParams(EnsembleParams):
    """Spectral clustering of the similarities that count how many clusterings put two samples together."""

    title = "CSPA"
    paper = (
        "Strehl, Ghosh. Cluster Ensembles: A Knowledge Reuse Framework for Combining Multiple Partitions. "
        "JMLR 3, 2002."
    )

    method: Literal["cspa"] = "cspa"
    balanced: bool = Field(False, description="Whether no cluster may exceed the mean size by more than 5 %.")
