"""Samples for the tests of U-SPEC."""

import torch


def blobs(n, d=2, k=5, seed=0):
    """Samples (n, d) around k centers far apart."""
    generator = torch.Generator().manual_seed(seed)
    centers = 10 * torch.randn(k, d, generator=generator)
    return centers[torch.arange(n) % k] + torch.randn(n, d, generator=generator)
