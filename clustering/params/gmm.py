"""Params of a mixture of Gaussians."""

from typing import Literal

from pydantic import Field

from clustering.params.base import ClusterParams


class GmmParams(ClusterParams):
    """Mixture of Gaussians by expectation-maximization; soft assignments are the responsibilities."""

    title = "Gaussian mixture"
    paper = "Dempster, Laird, Rubin. Maximum Likelihood from Incomplete Data via EM. JRSS, 1977."
    supports = frozenset({"soft", "predict", "decode", "prototypes"})

    method: Literal["gmm"] = "gmm"
    covariance: Literal["full", "tied", "diag", "spherical"] = Field(
        "full", description="Shape of the covariances; tied shares a full one among all clusters."
    )
    regularization: float = Field(
        1e-6, ge=0, le=1e6, description="Added to the variances, so that no component shrinks to a point."
    )
    n_init: int = Field(1, ge=1, le=1000, description="Starts, of which the likeliest is kept.")
    max_iter: int = Field(100, ge=1, le=100_000, description="EM iterations of one start.")
    tol: float = Field(
        1e-3, ge=0, le=1, description="Gain of the mean log-likelihood below which a start has ended."
    )
