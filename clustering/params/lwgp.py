"""Params of LWGP."""

from typing import Literal

from pydantic import Field

from clustering.params.consensus import EnsembleParams


class LwgpParams(EnsembleParams):
    """Cut the bipartite graph of samples and clusters, whose edges weigh how sure a cluster is."""

    title = "LWGP"
    paper = "Huang, Wang, Lai. Locally Weighted Ensemble Clustering. IEEE Transactions on Cybernetics, 2018."

    method: Literal["lwgp"] = "lwgp"
    theta: float = Field(
        0.4, gt=0, le=1e6, description="How little a cluster loses that other clusterings break up."
    )
