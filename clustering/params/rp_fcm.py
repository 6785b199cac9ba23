"""Params of RP+FCM."""

from typing import Literal

from pydantic import Field

from clustering.params.consensus import ProjectionParams


class RpFcmParams(ProjectionParams):
    """Fuzzy c-means in each of many random projections; a clustering of all memberships."""

    title = "RP+FCM"
    paper = (
        "Popescu, Keller, Bezdek, Zare. Random Projections Fuzzy c-Means (RPFCM) for Big Data Clustering. "
        "FUZZ-IEEE 2015."
    )

    method: Literal["rp_fcm"] = "rp_fcm"
    fuzzifier: float = Field(
        2.0, gt=1, le=100, description="How soft memberships are; towards 1 they become those of k-means."
    )
    joined: Literal["vectors", "similarity"] = Field(
        "vectors",
        description="What is clustered in the end: the first singular vectors of all memberships by k-means, "
        "or samples by average linkage of their similarities, in memory that grows with n².",
    )
