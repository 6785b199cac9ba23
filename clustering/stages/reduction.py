"""Bring wide features down to their principal components."""

import torch
from torch import Tensor, nn

BLOCK_ROWS = 4096


class Reduction(nn.Module):
    """Principal components of features, where these are too many. Fill it by `learn`."""

    mean: Tensor
    """(f,)."""
    directions: Tensor
    """(d, f) orthonormal, by falling variance; none where the features stay as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(0))
        self.register_buffer("directions", torch.zeros(0, 0))

    def learn(self, features: Tensor, most: int) -> None:
        """Find the directions.

        Args:
            features: (n, f).
            most: dimensions that are left as they are; more become as many principal components, or one
                less than samples.
        """
        n, width = features.shape
        self.mean, self.directions = features.new_zeros(0), features.new_zeros(0, 0)
        kept = min(most, n - 1)
        if width <= most or kept < 1:
            return
        self.mean = features.mean(dim=0)
        covariance = torch.zeros(width, width, dtype=torch.float64, device=features.device)
        for block in torch.split(features, BLOCK_ROWS):
            centered = (block - self.mean).double()
            covariance.addmm_(centered.T, centered)
        _, axes = torch.linalg.eigh(covariance)
        self.directions = axes[:, -kept:].flip(1).T.to(features.dtype).contiguous()

    def forward(self, features: Tensor) -> Tensor:
        """(b, d) of features (b, f)."""
        if not len(self.directions):
            return features
        return (features - self.mean) @ self.directions.T
