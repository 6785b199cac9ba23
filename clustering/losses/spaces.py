"""Distances and losses in a rotated embedding that several clusterings share out by soft weights.

Shapes carry leading dimensions (...) so that several starts can be trained at once.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def space_weights(logits: Tensor) -> Tensor:
    """How much each rotated dimension belongs to each space.

    β_s[d] = exp B_s[d] / Σ_t exp B_t[d]

    Args:
        logits: (..., S, d) B.

    Returns:
        (..., S, d), above 0; each column sums to 1.

    Source:
        Miklautz et al. 2020 (ENRC), section 3; with S = 2 it is the sigmoid of ACe/DeC's b = B_1 - B_2.
    """
    return logits.softmax(dim=-2)


def scores_in_spaces(v: Tensor, centers: Tensor, weights: Tensor) -> Tensor:
    """Squared distances to the centers of all spaces, less what is the same for all centers of a space.

    ‖v - m‖²_w - ‖v‖²_w = Σ_d w[d] m[d]² - 2 Σ_d v[d] w[d] m[d], which orders the centers of a space as
    their distances do, by one product of matrices

    Args:
        v: (..., b, d) rotated embeddings.
        centers: (..., K, d) centers of all spaces, one space behind the other.
        weights: (..., K, d) w of each center's space.

    Returns:
        (..., b, K).

    Source:
        Miklautz et al. 2020 (ENRC), eq. 2, where w = β; Miklautz et al. 2021 (ACe/DeC), where w = β².
    """
    weighed = weights * centers
    offset = (weighed * centers).sum(dim=-1).unsqueeze(-2)
    return torch.sub(offset, v @ weighed.transpose(-1, -2), alpha=2)


def nearest_in_each(scores: Tensor, sizes: Sequence[int]) -> Tensor:
    """The nearest center in each space.

    Args:
        scores: (..., b, K), K = Σ_s k_s; distances, or what orders the centers of a space as they do.
        sizes: k_s of each space.

    Returns:
        (..., S, b) int64, positions among all K centers.
    """
    parts, offset = [], 0
    for part in torch.split(scores, list(sizes), dim=-1):
        parts.append(part.argmin(dim=-1) + offset)
        offset += part.shape[-1]
    return torch.stack(parts, dim=-2)


def compression(
    v: Tensor, centers: Tensor, weights: Tensor, assigned: Tensor, *, inside: Tensor | None = None
) -> Tensor:
    """How far samples lie from their centers, in each space.

    L_s = 1/b Σ_i ‖v_i - m_s(i)‖²_w_s

    Args:
        v: (..., b, d) rotated embeddings.
        centers: (..., K, d) constants (no gradient goes there).
        weights: (..., S, d) w of each space.
        assigned: (..., S, b) positions of the centers.
        inside: (..., S, b) bool, False for outliers of a space, which cost nothing there; None without them.

    Returns:
        (..., S).

    Source:
        Miklautz et al. 2020 (ENRC), eq. 4, as a mean over samples instead of one over each cluster's;
        Miklautz et al. 2021 (ACe/DeC), whose L_cluster and L_shared are its two entries.
    """
    squares = _from_own(v, centers, assigned)
    if inside is not None:
        squares = squares * inside.unsqueeze(-1)
    parts: Tensor = (weights * squares.mean(dim=-2)).sum(dim=-1)
    return parts


def compression_by_cluster(v: Tensor, centers: Tensor, weights: Tensor, assigned: Tensor) -> Tensor:
    """How far samples lie from their centers, in each space, where every cluster weighs the same.

    L_s = Σ_k 1/n_k Σ_{i in k} ‖v_i - m_k‖²_w_s, over those clusters of space s that have samples

    Args:
        v: (..., b, d) rotated embeddings.
        centers: (..., K, d) constants (no gradient goes there).
        weights: (..., S, d) w of each space.
        assigned: (..., S, b) positions of the centers.

    Returns:
        (..., S).

    Source:
        Miklautz et al. 2020 (ENRC), eq. 4.
    """
    places = torch.arange(centers.shape[-2], device=assigned.device)
    sizes = (assigned.unsqueeze(-1) == places).sum(dim=-2)  # (..., S, K)
    shares = 1 / sizes.gather(-1, assigned).to(v)
    means = (shares.unsqueeze(-1) * _from_own(v, centers, assigned)).sum(dim=-2)
    parts: Tensor = (weights * means).sum(dim=-1)
    return parts


def _from_own(v: Tensor, centers: Tensor, assigned: Tensor) -> Tensor:
    """(..., S, b, d) squared differences of samples (..., b, d) and their centers in each space."""
    d = v.shape[-1]
    index = assigned.flatten(-2).unsqueeze(-1).expand(*assigned.shape[:-2], -1, d)
    own = centers.detach().gather(-2, index).reshape(*assigned.shape, d)
    return (v.unsqueeze(-3) - own).square()


def variances(v: Tensor, weights: Tensor, *, inside: Tensor) -> Tensor:
    """How far samples lie from the mean of all, in each space.

    T_s = Σ_d w_s[d] Var_i v_i[d], over the samples i of space s

    Args:
        v: (b, d) rotated embeddings.
        weights: (S, d) w of each space.
        inside: (S, b) bool, False for outliers of a space.

    Returns:
        (S,); 0 for a space without samples.
    """
    shares = inside.to(v) / inside.sum(dim=1, keepdim=True).clamp_min(1)
    v = v - v.detach().mean(dim=0)
    spread = shares @ v.square() - (shares @ v).square()
    return (weights * spread).sum(dim=1).clamp_min(0)


def rotated_compression(
    z: Tensor, rotation: Tensor, centers: Tensor, weights: Tensor, *, members: Tensor
) -> Tensor:
    """The compression of z V, summed over spaces, by what it depends on of a batch: covariance and means.

    Σ_s L_s = Σ_s w_s · diag(Vᵀ C V) + Σ_k n_k/b w_s(k) · ((Vᵀ a_k + Vᵀ z̄ - m_k)² - (Vᵀ a_k)²), with C the
    covariance, z̄ the mean, and a_k + z̄ that of the n_k samples of center k

    Nothing of the size of the rotated batch is descended through, which makes many rotations cheap.

    Args:
        z: (b, d) embeddings.
        rotation: (..., d, d) V.
        centers: (..., K, d) m, constants.
        weights: (..., K, d) w of each center's space.
        members: (..., b, K) 0 or 1, one center of each space for each sample.

    Returns:
        (...).

    Source:
        As `compression`.
    """
    mean = z.mean(dim=0)
    z = z - mean
    shares = members.mean(dim=-2).unsqueeze(-1)
    means = members.transpose(-1, -2) @ z / members.sum(dim=-2).clamp_min(1).unsqueeze(-1)
    turned = means @ rotation
    from_center = turned - centers + (mean @ rotation).unsqueeze(-2)
    spread = ((z.T @ z / len(z)) @ rotation * rotation).sum(dim=-2, keepdim=True)
    parts: Tensor = shares * (spread + from_center.square() - turned.square())
    return (weights * parts).sum(dim=(-2, -1))


def departure(z: Tensor, rotation: Tensor) -> Tensor:
    """What a rotation and back changes in embeddings; 0 where V is orthogonal on them.

    L_orth = 1/b Σ_i ‖z_i - V Vᵀ z_i‖² = tr(E M E), with E = V Vᵀ - I and M = 1/b Σ_i z_i z_iᵀ

    Args:
        z: (b, d) embeddings.
        rotation: (..., d, d) V.

    Returns:
        (...).

    Source:
        Miklautz et al. 2020 (ENRC), section 3.3.
    """
    away = rotation @ rotation.transpose(-1, -2) - torch.eye(z.shape[1]).to(z)
    return (away @ (z.T @ z / len(z)) * away).sum(dim=(-2, -1))


def hardening(weights: Tensor, shared: Tensor) -> Tensor:
    """What of the weights is not where it belongs; 0 where every weight is 0 or 1.

    L_p = Σ_{i in I} β_cs[i] + Σ_{j not in I} β_ss[j]

    Args:
        weights: (2, d) β of the cluster space and of the shared space.
        shared: (d,) bool, the set I of dimensions that are to be shared.

    Returns:
        Scalar.

    Source:
        Miklautz et al. 2021 (ACe/DeC), appendix: I are the dimensions with β_cs of at most a threshold.
    """
    return torch.where(shared, weights[0], weights[1]).sum()


def closed_form_logits(within: Tensor, total: Tensor) -> Tensor:
    """Logits of the cluster space at which the two squared weights balance, for given centers.

    b*[d] = ln(L_V[d] / L_K[d]), the minimizer of σ(b)² L_K + (1 - σ(b))² L_V

    Args:
        within: (d,) L_K, summed squared distances to the own centers.
        total: (d,) L_V, to the one center that all share.

    Returns:
        (d,).

    Source:
        Miklautz et al. 2021 (ACe/DeC), supplement; both sums are kept at or above 1e-8.
    """
    return total.clamp_min(1e-8).log() - within.clamp_min(1e-8).log()
