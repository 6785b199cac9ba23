"""Params of NMF consensus."""

from typing import Literal

from pydantic import Field

from clustering.params.consensus import EnsembleParams


class NmfConsensusParams(EnsembleParams):
    """Factor the matrix of co-associations into memberships."""

    title = "NMF consensus"
    paper = (
        "Li, Ding, Jordan. Solving Consensus and Semi-supervised Clustering Problems Using Nonnegative "
        "Matrix Factorization. ICDM 2007."
    )

    method: Literal["nmf_consensus"] = "nmf_consensus"
    iterations: int = Field(200, ge=1, le=100_000, description="Multiplicative updates.")
