"""The autoencoder's loss."""

from typing import Literal

from torch import Tensor
from torch.nn.functional import mse_loss

ReconstructionMean = Literal["element", "sample"]


def reconstruction(decoded: Tensor, x: Tensor, *, mean: ReconstructionMean) -> Tensor:
    """Squared error between samples and what the autoencoder made of them.

    element:  1/(b D) Σ_i ‖x_i - x̂_i‖²
    sample:   1/b     Σ_i ‖x_i - x̂_i‖²

    Args:
        decoded: (b, ...) reconstructions x̂, D values a sample.
        x: (b, ...) samples of the same shape.
        mean: what the sum is divided by. The factor D between the two is a factor on every other
            loss's weight.

    Returns:
        Scalar.

    Source:
        `element` is the mean squared error of IDEC's, BRB's and DECCS's code; `sample` is the ‖·‖² of
        DCN (Yang et al. 2017, eq. 5).
    """
    if mean == "element":
        return mse_loss(decoded, x)
    return mse_loss(decoded, x, reduction="sum") / len(x)
