"""Params of clustering by non-negative matrix factorization."""

from typing import Literal

from pydantic import Field

from clustering.params.base import ClusterParams


class NmfParams(ClusterParams):
    """Factor non-negative inputs into k non-negative parts; a sample belongs to its largest part."""

    title = "NMF"
    paper = "Xu, Liu, Gong. Document Clustering Based on Non-negative Matrix Factorization. SIGIR 2003."
    supports = frozenset({"soft", "decode", "predict", "prototypes"})
    non_negative = True

    method: Literal["nmf"] = "nmf"
    init: Literal["auto", "nndsvda", "random"] = Field(
        "auto", description="First factors; auto: nndsvda where samples and features suffice, else random."
    )
    max_iter: int = Field(300, ge=1, le=100_000, description="Passes of coordinate descent.")
    tol: float = Field(
        1e-4, ge=0, le=1, description="Relative change at which the factorization has converged."
    )
