"""Soft assignments for tests of losses that compare clusters."""

import torch


def soft(*shape, seed=0, sharpness=2.0):
    """Random rows on the simplex."""
    generator = torch.Generator().manual_seed(seed)
    return (sharpness * torch.randn(*shape, generator=generator, dtype=torch.float64)).softmax(dim=-1)


def balanced(k, repeats=4):
    """(k * repeats, k) one-hot rows, as many of each cluster."""
    return torch.eye(k, dtype=torch.float64).repeat(repeats, 1)
