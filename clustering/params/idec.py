"""Params of IDEC."""

from typing import Literal

from pydantic import Field

from clustering.params.deep import SelfTrainedParams


class IDECParams(SelfTrainedParams):
    """Improved DEC: self-training beside reconstruction, so that the embedding keeps its structure."""

    title = "IDEC"
    paper = (
        "Guo, Gao, Liu, Yin. Improved Deep Embedded Clustering with Local Structure Preservation. IJCAI 2017."
    )
    supports = frozenset({"soft", "decode", "predict", "resume", "augment", "prototypes"})

    method: Literal["idec"] = "idec"
    cluster_weight: float = Field(0.1, ge=0, le=1e6, description="Weight γ of the self-training loss.")
    auxiliary_weight: float = Field(
        1.0,
        ge=0,
        le=1e6,
        description="Weight of the reconstruction, or of the contrast of a net that projects.",
    )
    reconstruction_mean: Literal["element", "sample"] = Field(
        "element",
        description="What the squared error is averaged over: all values, or samples only (then it weighs as "
        "many times more as a sample has values).",
    )
