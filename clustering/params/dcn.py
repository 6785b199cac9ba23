"""Params of DCN."""

from typing import Literal

from pydantic import Field

from clustering.params.deep import AuxiliaryParams, DeepParams


class DCNParams(DeepParams, AuxiliaryParams):
    """Deep Clustering Network: reconstruction and k-means in turn, on an embedding that suits k-means.

    The weight and its normalization are those of BRB's experiments (Miklautz et al., ICLR 2025).
    """

    title = "DCN"
    paper = (
        "Yang, Fu, Sidiropoulos, Hong. Towards K-means-friendly Spaces: Simultaneous Deep Learning and "
        "Clustering. ICML 2017."
    )
    supports = frozenset({"decode", "predict", "resume", "augment", "prototypes"})

    method: Literal["dcn"] = "dcn"
    cluster_weight: float = Field(
        0.025,
        ge=0,
        le=1e6,
        description="Weight of the distance to the centers. The default is for autoencoders; over a "
        "contrastive net BRB's code takes 1e-4 beside a contrast that adds both its directions, which is an "
        "auxiliary_weight of 2.",
    )
    cluster_mean: Literal["sample", "sample_and_cluster"] = Field(
        "sample_and_cluster",
        description="What the squared distances are averaged over: samples, or samples times clusters, for "
        "which the default weight is published.",
    )
    center_update: Literal["per_instance", "running_count", "brb_code"] = Field(
        "per_instance",
        description="How centers follow their samples after each epoch: one by one with the rate 1/count "
        "(the paper's eq. 8), batch by batch with a running count, or with the constant rate 1/101 that "
        "BRB's code has.",
    )
    first_count: float = Field(
        100.0,
        ge=0,
        le=1e9,
        description="Samples that each center has met at the start; more, smaller first moves.",
    )
