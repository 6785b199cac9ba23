"""Params of ProPos."""

from typing import Literal

from clustering.params.prototypes import PrototypeParams


class ProPosParams(PrototypeParams):
    """Views agree with neighbors of each other, and prototypes of clusters are scattered over the sphere."""

    title = "ProPos"
    paper = (
        "Huang, Chen, Zhang, Shan. Learning Representation for Clustering via Prototype Scattering and "
        "Positive Sampling. IEEE TPAMI 2023."
    )

    method: Literal["propos"] = "propos"
