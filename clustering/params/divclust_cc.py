"""Params of DivClust over CC."""

from typing import Literal

from clustering.params.contrasting import ContrastingParams
from clustering.params.diversity import PAPER, DiverseParams


class DivClustCCParams(ContrastingParams, DiverseParams):
    """DivClust over Contrastive Clustering (CC): many clusterings that differ as much as is asked for.

    The defaults are those of the two papers for CIFAR-10.
    """

    title = "DivClust (CC)"
    paper = PAPER + "CC."

    method: Literal["divclust_cc"] = "divclust_cc"
