"""Params of IDEC."""

from typing import Literal

from pydantic import Field

from clustering.params.deep import AuxiliaryParams, SelfTrainedParams


class IDECParams(SelfTrainedParams, AuxiliaryParams):
    """Improved DEC: self-training beside reconstruction, so that the embedding keeps its structure."""

    title = "IDEC"
    paper = (
        "Guo, Gao, Liu, Yin. Improved Deep Embedded Clustering with Local Structure Preservation. IJCAI 2017."
    )
    supports = frozenset({"soft", "decode", "predict", "resume", "augment", "prototypes"})

    method: Literal["idec"] = "idec"
    cluster_weight: float = Field(
        0.1,
        ge=0,
        le=1e6,
        description="Weight γ of the self-training loss. The default is for autoencoders; over a contrastive "
        "net BRB's code takes 1.0 beside a contrast that adds both its directions, which is an "
        "auxiliary_weight of 2.",
    )
