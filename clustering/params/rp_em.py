"""Params of RP+EM."""

from typing import Literal

from pydantic import Field

from clustering.params.consensus import ProjectionParams


class RpEmParams(ProjectionParams):
    """A mixture of Gaussians in each of many random projections; complete linkage of what they agree on."""

    title = "RP+EM"
    paper = (
        "Fern, Brodley. Random Projection for High Dimensional Data Clustering: A Cluster Ensemble Approach. "
        "ICML 2003."
    )

    method: Literal["rp_em"] = "rp_em"
    regularization: float = Field(1e-5, gt=0, le=1e6, description="Added to the variances of each component.")
