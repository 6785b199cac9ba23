"""The losses of DECCS: linear classifiers that follow an ensemble, and the pull to its clusters."""

import math
from typing import Literal, TypeAlias

import torch
from torch import Tensor

Weighting: TypeAlias = Literal["code", "paper", "none"]

NEGLIGIBLE = 0.01
"""Agreement up to which a member counts as random."""
STEEPNESS = 5.0


def cross_entropies(log_g: Tensor, labels: Tensor) -> Tensor:
    """How badly each member's classifier predicts its clusters.

    L_CE^i = -(1/b) Σ_j log g_i(z_j)[π_ij]

    Args:
        log_g: (b, q, k) logarithms of the predictions g of q classifiers.
        labels: (b, q) clusters π by each member.

    Returns:
        (q,), in nats.

    Source:
        Miklautz et al. 2022 (DECCS), eq. 4.
    """
    return -log_g.gather(2, labels[:, :, None]).squeeze(2).mean(dim=0)


def pulls(z: Tensor, centers: Tensor, labels: Tensor, confidence: Tensor) -> Tensor:
    """Squared distance of embeddings to the centers of their clusters, for each member.

    L_cons^i = 1/(b d) Σ_j α_ij ‖μ_{π_ij} - z_j‖²

    Args:
        z: (b, d) embeddings.
        centers: (q, k, d) centers μ; they get no gradient.
        labels: (b, q) clusters π, a member's own or what its classifier predicts.
        confidence: (b, q) the probability α that the classifier gives them; it gets no gradient.

    Returns:
        (q,).

    Source:
        Miklautz et al. 2022 (DECCS), eq. 5 with the α of section IV-F. The paper sums over samples and
        dimensions; its code averages over both, and the weights are published for that.
    """
    member = torch.arange(centers.shape[0], device=labels.device)
    targets = centers.detach()[member, labels]
    squared = (targets - z[:, None]).square().mean(dim=2)
    return (confidence.detach() * squared).mean(dim=0)


def ramp_up(t: int, rounds: int, peak: float) -> float:
    """Weight w(t) of the pull in round t, counted from 0: a sigmoid rise to the peak about half way.

    w(t) = λ exp(-5 (1 - c/L)²),  c = min(2t - 1, L) but at least 0,  L = T + 1

    Args:
        t: the round.
        rounds: T, how many there are to be.
        peak: λ.

    Source:
        Miklautz et al. 2022 (DECCS), section IV-F, after Laine, Aila 2017; c and L as in the code.
    """
    length = rounds + 1
    reached = min(max(2 * t - 1, 0), length)
    return peak * math.exp(-STEEPNESS * (1 - reached / length) ** 2)


def loss_weights(agreements: Tensor, weighting: Weighting) -> tuple[Tensor, float]:
    """How members and reconstruction weigh in the objective.

    code:   λ_i / q where λ_i > 0.01, else 0;   and 1 - a, a the mean of λ
    paper:  λ_i;                                 and 1
    none:   1 / q;                               and 1

    Args:
        agreements: (q,) mean NMI λ of each member with the others.
        weighting: whose.

    Returns:
        (q,) factors on the members' losses, and the factor on the reconstruction.

    Source:
        Miklautz et al. 2022 (DECCS), eq. 6; its code.
    """
    q = len(agreements)
    if weighting == "paper":
        return agreements, 1.0
    if weighting == "none":
        return torch.full_like(agreements, 1 / q), 1.0
    kept = torch.where(agreements > NEGLIGIBLE, agreements, 0)
    return kept / q, 1 - float(agreements.mean())


def held_weights(agreements: Tensor, weighting: Weighting) -> Tensor:
    """How members weigh in the objective on held-out samples: in eq. 6's sum, never a mean.

    Reconstruction counts in full beside it, so that a state whose clusters are tight and whose samples are
    lost is not the best one.

    Args:
        agreements: (q,) mean NMI λ of each member with the others.
        weighting: whose.

    Returns:
        (q,) factors on the members' losses.

    Source:
        The code of Miklautz et al. 2022 (DECCS).
    """
    factors, _ = loss_weights(agreements, weighting)
    return factors if weighting == "paper" else factors * len(agreements)
