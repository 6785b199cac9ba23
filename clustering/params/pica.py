"""Params of PICA."""

from typing import Literal

from clustering.params.pairing import PartitioningParams


class PICAParams(PartitioningParams):
    """PICA: the partition that is most surely recognized in perturbed samples.

    The defaults are those of the paper for CIFAR-10.
    """

    title = "PICA"
    paper = "Huang, Gong, Zhu. Deep Semantic Clustering by Partition Confidence Maximisation. CVPR 2020."

    method: Literal["pica"] = "pica"
