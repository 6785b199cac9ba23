"""Groups that follow the samples at every step, and views that find each other's group."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize, one_hot


def nearest_group(z: Tensor, groups: Tensor) -> Tensor:
    """The group (b,) of largest cosine to each of z (b, d), among groups (g, d) of any length."""
    return (normalize(z, dim=1) @ normalize(groups, dim=1).T).argmax(dim=1)


def moved_groups(groups: Tensor, z: Tensor, assigned: Tensor, momentum: float) -> Tensor:
    """Groups on their way to the means of the samples that a batch assigns to them.

    q_j ← β q_j + (1 - β) mean_{i in j} z_i; groups without samples stay as they are.

    Args:
        groups: (g, d) groups q.
        z: (b, d) embeddings, through whose means gradients flow.
        assigned: (b,) group of each.
        momentum: β in [0, 1]; 1 leaves the groups, 0 makes them the means.

    Returns:
        (g, d), of no particular length.

    Source:
        Zhang, Huang (DigPro), eq. 6, after Pang et al. 2022 (SMoG).
    """
    members = one_hot(assigned, len(groups)).to(z.dtype)  # (b, g)
    sizes = members.sum(dim=0)[:, None]
    means = members.T @ z / sizes.clamp_min(1)
    return torch.where(sizes > 0, momentum * groups + (1 - momentum) * means, groups)


def grouping(finding: Tensor, groups: Tensor, wanted: Tensor, temperature: float) -> Tensor:
    """Each view has to find the group of the other view among all groups.

    1/b Σ_i -log [ exp(cos(v_i, q_{w_i})/τ) / Σ_j exp(cos(v_i, q_j)/τ) ]

    Args:
        finding: (b, d) embeddings v of one view, or what is predicted from them.
        groups: (g, d) groups q of any length, already moved by this view.
        wanted: (b,) group w of the other view.
        temperature: τ > 0.

    Returns:
        Scalar, at least 0; 0 for one group, log g where all groups are the same.

    Source:
        Zhang, Huang (DigPro), eq. 3 and 4; their code takes predictions.
    """
    return cross_entropy(normalize(finding, dim=1) @ normalize(groups, dim=1).T / temperature, wanted)
