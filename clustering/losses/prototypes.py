"""Views that agree, and prototypes of clusters that stay apart."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, normalize, one_hot


def alignment(predicted: Tensor, target: Tensor) -> Tensor:
    """How far predictions turn away from their targets.

    -2/b Σ_i cos(g(q_i + σ ε_i), t_i),   ε_i ~ N(0, I)

    Args:
        predicted: (b, e) predictions g of the noisy embeddings q + σ ε of one view.
        target: (b, e) embeddings t of the other view by the target network; no gradient flows into them.

    Returns:
        Scalar in [-2, 2]; -2 where all directions agree. Without noise it is BYOL's loss less its constant 2.

    Source:
        Huang et al. 2023 (ProPos), the positive sampling alignment; Zhang, Huang (DigPro), eq. 2, which keeps
        the constant. The noise is added by whoever predicts.
    """
    return -2 * cosine_similarity(predicted, target.detach(), dim=1).mean()


def prototypes(z: Tensor, labels: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Directions of the clusters' mean directions in a batch.

    ν_j = Σ_{i in j} z_i/‖z_i‖, divided by its length

    Args:
        z: (b, d) embeddings.
        labels: (b,) cluster of each, from 0 to k - 1.
        k: number of clusters.

    Returns:
        (k, d) prototypes ν of unit length, 0 for clusters without samples, and (k,) which have some.

    Source:
        Zhang, Huang (DigPro), eq. 8 and 9, with hard assignments.
    """
    members = one_hot(labels, k).to(z.dtype)  # (b, k)
    return normalize(members.T @ normalize(z, dim=1), dim=1), members.sum(dim=0) > 0


def scattering(
    own: Tensor, other: Tensor, present: Tensor, temperature: float, *, empty_logit: float | None = None
) -> Tensor:
    """Each prototype has to find itself in the other view among the prototypes of its own view.

    1/K Σ_k -log [ exp(ν_k·ν'_k/τ) / (exp(ν_k·ν'_k/τ) + Σ_{j≠k} exp(ν_k·ν_j/τ)) ], over the K clusters present

    Args:
        own: (k, d) prototypes ν of one view by the online network, of unit length.
        other: (k, d) prototypes ν' of the other view by the target network.
        present: (k,) which clusters have samples.
        temperature: τ > 0.
        empty_logit: in the place of ν_k·ν_j/τ for clusters j without samples; None leaves them out.

    Returns:
        Scalar, at least 0; 0 where at most one cluster has samples and the others are left out.

    Source:
        Huang et al. 2023 (ProPos), the prototype scattering loss; Zhang, Huang (DigPro), eq. 7. Their text
        has logits of 0 for clusters without samples, their code -10.
    """
    itself = torch.eye(len(own), dtype=torch.bool, device=own.device)
    positive = (own * other.detach()).sum(dim=1) / temperature
    logits = torch.where(itself, positive[:, None], own @ own.T / temperature)  # (k, k)
    logits = logits.masked_fill(~present[None, :], -torch.inf if empty_logit is None else empty_logit)
    logits = logits.masked_fill(~present[:, None], 0)
    lost = logits.logsumexp(dim=1) - logits.diagonal()
    return lost.masked_fill(~present, 0).sum() / present.sum().clamp_min(1)
