"""Params of CC."""

from typing import Literal

from clustering.params.contrasting import ContrastingParams


class CCParams(ContrastingParams):
    """Contrastive Clustering: views are told apart as samples, and as clusters by a softmax head.

    The defaults are those of the paper for CIFAR-10, whose images are enlarged to 224×224.
    """

    title = "CC"
    paper = "Li, Hu, Liu, Peng, Zhou, Peng. Contrastive Clustering. AAAI 2021."

    method: Literal["cc"] = "cc"
