"""Self-labelling: the confident labels of one view of a sample, and the loss of another view under them."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def pseudo_labels(logits: Tensor, threshold: float) -> tuple[Tensor, Tensor]:
    """The most probable cluster of each sample, and whether its probability is above the threshold.

    Args:
        logits: (b, k).
        threshold: of the probability, in [0, 1).

    Returns:
        (b,) int64 and (b,) bool; constants (detached).

    Source:
        Van Gansbeke et al. 2020 (SCAN), section 2.3.
    """
    top = logits.detach().softmax(dim=1).max(dim=1)
    return top.indices, top.values > threshold


def confident_cross_entropy(
    logits: Tensor, labels: Tensor, confident: Tensor, *, class_balanced: bool = True
) -> Tensor:
    """Cross-entropy of the confident samples C, as a weighted mean.

    L = Σ_{i ∈ C} w_{y_i} (-log softmax(l_i)_{y_i}) / Σ_{i ∈ C} w_{y_i},   w_c = |C| / |{i ∈ C: y_i = c}|

    Args:
        logits: (b, k) logits l.
        labels: (b,) clusters y.
        confident: (b,) bool, which samples are in C.
        class_balanced: False leaves all weights at 1.

    Returns:
        Scalar, in nats; a zero with zero gradients where no sample is confident.

    Source:
        Van Gansbeke et al. 2020 (SCAN), section 2.3, with the weights and the mean of its code; that gives up
        where no sample is confident.
    """
    weight = confident.to(logits.dtype)
    if class_balanced:
        weight = weight * class_weights(labels, confident, logits.shape[1])[labels]
    each = torch.where(confident, cross_entropy(logits, labels, reduction="none"), 0.0)
    return (weight * each).sum() / weight.sum().clamp(min=1)


def class_weights(labels: Tensor, confident: Tensor, k: int) -> Tensor:
    """(k,) w_c = |C| / |{i ∈ C: y_i = c}| of the clusters among the confident labels, 1 of all others."""
    of_class = labels[:, None] == torch.arange(k, device=labels.device)
    counts = (of_class & confident[:, None]).sum(dim=0)
    return torch.where(counts > 0, counts.sum() / counts.clamp(min=1), 1.0)
