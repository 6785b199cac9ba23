"""The pull of DCN: squared distance of embeddings to the centers that they are assigned to."""

from typing import Literal

from torch import Tensor

CompressionMean = Literal["sample", "sample_and_cluster"]


def compression(z: Tensor, centers: Tensor, assigned: Tensor, *, mean: CompressionMean) -> Tensor:
    """Mean squared distance of embeddings to their centers.

    sample:              1/(v b)   Σ_v Σ_i ‖z_i^v - μ_s(i)‖²
    sample_and_cluster:  1/(v b k) Σ_v Σ_i ‖z_i^v - μ_s(i)‖²

    Args:
        z: (v * b, d) embeddings of v stacked views of the same b samples, clean view first.
        centers: (k, d) centers μ; they get no gradient.
        assigned: (b,) cluster s(i) of each clean sample; it serves every view.
        mean: what the sum is divided by. The factor k between the two is a factor on the loss's weight.

    Returns:
        Scalar.

    Source:
        Yang et al. 2017, eq. 5, has λ/2 times the sum (`sample`, weight λ/2); Miklautz et al. 2025 (BRB)
        publish their weights for `sample_and_cluster`, as their code divides by the b × k matrix.
    """
    targets = centers.detach()[assigned]
    per_sample = (z.reshape(-1, *targets.shape) - targets).square().sum(dim=2).mean()
    return per_sample if mean == "sample" else per_sample / len(centers)
