"""Samples that are cheaper to send by themselves than as members of their cluster."""

import math

import torch
from torch import Tensor

from clustering.partition.mdl import NOTHING, Coding


def outlier_threshold(coding: Coding, m: int, k: int, scatter: float) -> float:
    """The squared distance to its center beyond which a sample is an outlier.

    There the Gaussian code of all n samples is as long as that of n - 1 with the scatter less by the squared
    distance, and the sample by itself:

    tr · (1 - (n - 1)/n · exp(-(2 ln 2 · c/m - 1 - ln(2π / (m n)) - ln tr) / (n - 1))).

    Args:
        coding: of the samples.
        m: dimensions of the space.
        k: its clusters.
        scatter: tr, the squared distances of all samples to their centers.

    Returns:
        inf where nothing is spread or no sample can be told from the others.

    Source:
        Leiber, Mautz, Plant, Böhm 2022 (AutoNR).
    """
    n = coding.n
    if scatter <= NOTHING or m == 0 or n < 3:
        return math.inf
    dear = 2 * math.log(2) * coding.outlier(m, k) / m - 1 - math.log(2 * math.pi / (m * n))
    exponent = -(dear - math.log(scatter)) / (n - 1)
    threshold = scatter * (1 - (n - 1) / n * math.exp(min(exponent, 700.0)))
    return threshold if threshold > 0 else math.inf


def marked(labels: Tensor, distances: Tensor, threshold: float, k: int) -> Tensor:
    """Labels (n,) with -1 for outliers; a cluster that would lose every member keeps them all.

    Args:
        labels: (n,) cluster of each sample.
        distances: (n,) squared distance to its center.
        threshold: beyond which a sample is an outlier.
        k: number of clusters.
    """
    far = distances > threshold
    if not bool(far.any()):
        return labels
    kept = torch.bincount(labels[~far], minlength=k) > 0
    return torch.where(far & kept[labels], -1, labels)
