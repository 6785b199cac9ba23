"""Prediction of a slowly moving target."""

from torch import Tensor
from torch.nn.functional import cosine_similarity


def bootstrap(predicted: Tensor, target: Tensor) -> Tensor:
    """Squared distance between the directions of predictions and targets.

    1/b Σ_i (2 - 2 cos(p_i, t_i)) = 1/b Σ_i ‖p_i/‖p_i‖ - t_i/‖t_i‖‖²

    Args:
        predicted: (b, e) predictions p of one view.
        target: (b, e) projections t of the other view by the target network; no gradient flows into them.

    Returns:
        Scalar in [0, 4]; 0 where all directions agree.

    Source:
        Grill et al. 2020 (BYOL), eq. 2. ProPos leaves out the constant 2.
    """
    return 2 - 2 * cosine_similarity(predicted, target.detach(), dim=1).mean()
