"""Params of LWEA."""

from typing import Literal

from pydantic import Field

from clustering.params.consensus import EnsembleParams


class LweaParams(EnsembleParams):
    """Average linkage of similarities that count a common cluster by how sure it is."""

    title = "LWEA"
    paper = "Huang, Wang, Lai. Locally Weighted Ensemble Clustering. IEEE Transactions on Cybernetics, 2018."

    method: Literal["lwea"] = "lwea"
    theta: float = Field(
        0.4, gt=0, le=1e6, description="How little a cluster loses that other clusterings break up."
    )
