"""Spaces that share out a rotated embedding: where they start, and how their centers follow the samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor

OWN_WEIGHT = 0.9
"""Of a dimension in the space that it starts in; the others share the rest."""
LEAST_STRETCH = 1e-3
"""Of a direction that a rotation still keeps; what it has lost does not come back."""
LEAD = 0.1
"""How far above an even share a dimension's weight must lie for a space to lead it."""


@dataclass(frozen=True)
class Spaces:
    """A rotation, soft shares of its dimensions, and the centers of every space."""

    rotation: Tensor
    """(d, d) V."""
    logits: Tensor
    """(S, d)"""
    centers: Tensor
    """(K, d) in the rotated embedding, one space behind the other."""


def straightened(found: Spaces) -> Spaces:
    """The same with the orthogonal matrix that is nearest to V, and centers where it leads their samples.

    V = U S Wᵀ becomes U Wᵀ, and a center m becomes m W S⁻¹ Wᵀ, as z V W S⁻¹ Wᵀ = z U Wᵀ. Compression pulls
    at a V that only a penalty holds: where weights are even, V Vᵀ z is three quarters of z, which a decoder
    that was trained on z would meet unprepared.
    """
    left, stretch, right = torch.linalg.svd(found.rotation)
    back = right.T / stretch.clamp_min(LEAST_STRETCH) @ right
    return Spaces(left @ right, found.logits, found.centers @ back)


def space_of_center(sizes: Sequence[int]) -> Tensor:
    """(K,) int64 the space of each center."""
    return torch.arange(len(sizes)).repeat_interleave(torch.tensor(list(sizes)))


def spans(sizes: Sequence[int]) -> list[slice]:
    """The rows of each space's centers."""
    stops = list(accumulate(sizes))
    return [slice(stop - size, stop) for stop, size in zip(stops, sizes, strict=True)]


def logits_of(owner: Tensor, spaces: int) -> Tensor:
    """Logits that give each dimension 0.9 in its own space and what is left evenly in the others.

    Args:
        owner: (..., d) int64 the space of each dimension; -1 shares it evenly.
        spaces: S.

    Returns:
        (..., S, d).

    Source:
        Miklautz et al. 2020 (ENRC), section 3.3.
    """
    if spaces == 1:
        return torch.zeros(*owner.shape[:-1], 1, owner.shape[-1])
    own = owner.unsqueeze(-2) == torch.arange(spaces, device=owner.device)[:, None]
    rest = (1 - OWN_WEIGHT) / (spaces - 1)
    weights = torch.where(own, OWN_WEIGHT, rest)
    even = (owner < 0).unsqueeze(-2)
    return torch.where(even, 1 / spaces, weights).log()


def leading(weights: Tensor) -> Tensor:
    """How many dimensions each space leads: those that weigh most in it, by 0.1 more than an even share.

    Other dimensions are indifferent.

    Args:
        weights: (S, d), each column on the simplex.

    Returns:
        (S,) int64.

    Source:
        Miklautz et al. 2021 (ACe/DeC), the threshold T = 0.5 + 0.1 of its hardening, here for any number of
        spaces.
    """
    ahead = weights.amax(dim=0) > 1 / len(weights) + LEAD
    return torch.bincount(weights.argmax(dim=0)[ahead], minlength=len(weights))


def memberships(assigned: Tensor, k: int) -> Tensor:
    """Which samples each center has.

    Args:
        assigned: (..., S, b) positions of the centers; -1 of an outlier of a space, which has none there.
        k: centers of all spaces.

    Returns:
        (..., b, k) float32, 0 or 1.
    """
    members = torch.zeros(*assigned.shape[:-2], assigned.shape[-1], k, device=assigned.device)
    inside = (assigned >= 0).to(members.dtype)
    return members.scatter_(-1, assigned.clamp_min(0).transpose(-1, -2), inside.transpose(-1, -2))


def follow(
    centers: Tensor, counts: Tensor, v: Tensor, assigned: Tensor, *, memory: float = 0.5
) -> tuple[Tensor, Tensor, Tensor]:
    """Move the centers of all spaces towards their batch means.

    Where n > 0:  a ← m a + (1 - m) n,  η = 1 / max(a, 1),  μ ← (1 - η) μ + η mean

    Args:
        centers: (..., K, d) μ.
        counts: (..., K) running counts a.
        v: (..., b, d) rotated embeddings.
        assigned: (..., S, b) positions of the centers; -1 of an outlier of a space, which moves none there.
        memory: m.

    Returns:
        (..., K, d) centers and (..., K) counts, unchanged for centers without samples, and (..., K) the
        sizes met.

    Source:
        Miklautz et al. 2020 (ENRC) and 2021 (ACe/DeC); a count below 1 would overshoot and is taken as 1.
    """
    members = memberships(assigned, centers.shape[-2]).to(v.dtype)
    sizes = members.sum(dim=-2)
    met = sizes > 0
    means = (members.transpose(-1, -2) @ v) / sizes.clamp_min(1).unsqueeze(-1)
    counts = torch.where(met, torch.lerp(sizes, counts, memory), counts)
    rate = torch.where(met, 1 / counts.clamp_min(1), 0)
    return torch.lerp(centers, means, rate.unsqueeze(-1)), counts, sizes
