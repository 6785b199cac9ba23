"""Params of EAC."""

from typing import Literal

from pydantic import Field

from clustering.params.consensus import EnsembleParams


class EacParams(EnsembleParams):
    """Linkage of the similarities that count how many clusterings put two samples together."""

    title = "EAC"
    paper = "Fred, Jain. Combining Multiple Clusterings Using Evidence Accumulation. TPAMI 27, 2005."

    method: Literal["eac"] = "eac"
    linkage: Literal["average", "single"] = Field(
        "average", description="What makes two clusters alike: the mean pair, or as in the paper the nearest."
    )
