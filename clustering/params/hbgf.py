"""Params of HBGF."""

from typing import Literal

from clustering.params.consensus import EnsembleParams


class HbgfParams(EnsembleParams):
    """Cut the bipartite graph of samples and the clusters that they belong to."""

    title = "HBGF"
    paper = "Fern, Brodley. Solving Cluster Ensemble Problems by Bipartite Graph Partitioning. ICML 2004."

    method: Literal["hbgf"] = "hbgf"
