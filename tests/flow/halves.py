"""Images with two clusterings."""

import numpy as np

N, SIDE = 120, 6
LEFT, RIGHT = np.arange(N) % 2, np.arange(N) // 2 % 3


def halves():
    """Noise, whose left half is dark or bright and whose right half has one of three shades."""
    x = np.random.default_rng(0).integers(0, 20, (N, SIDE, SIDE), dtype=np.uint8)
    x[:, :, : SIDE // 2] += (LEFT * 150).astype(np.uint8)[:, None, None]
    x[:, :, SIDE // 2 :] += (RIGHT * 100).astype(np.uint8)[:, None, None]
    return x
