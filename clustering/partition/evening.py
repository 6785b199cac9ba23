"""Weights that even out how often samples of each look are met."""

import torch
from torch import Generator, Tensor

from clustering.partition.kmeans import kmeans

STEPS = 20
"""Iterations of k-means among the pixels of one sample; two colors need few."""


def main_colors(images: Tensor) -> Tensor:
    """The two main colors of each image, that of more pixels first.

    k-means with two centers over all pixels of an image, started from the halves on either side of their
    mean along their longest axis, which needs no chance.

    Args:
        images: (b, c, h, w); views of a sample lie side by side in one.

    Returns:
        (b, 2c); of an image of one color twice the same.

    Source:
        The thesis, A.4: two main colors of a bead's views together. Which comes first is ours.
    """
    pixels = images.flatten(2).transpose(1, 2)  # (b, p, c)
    mean = pixels.mean(dim=1, keepdim=True)
    around = pixels - mean
    longest = torch.linalg.eigh(around.transpose(1, 2) @ around).eigenvectors[..., -1:]
    second = (around @ longest).squeeze(2) > 0
    for _ in range(STEPS):
        colors, sizes = _means(pixels, second, mean)
        nearer = torch.cdist(pixels, colors)
        moved = nearer[..., 1] < nearer[..., 0]
        if torch.equal(moved, second):
            break
        second = moved
    colors, sizes = _means(pixels, second, mean)
    order = sizes.argsort(dim=1, descending=True, stable=True)
    return colors.gather(1, order[..., None].expand_as(colors)).flatten(1)


def _means(pixels: Tensor, second: Tensor, mean: Tensor) -> tuple[Tensor, Tensor]:
    """(b, 2, c) mean pixel and (b, 2) size of each half; the overall mean (b, 1, c) of an empty one."""
    halves = torch.stack([~second, second], dim=1).to(pixels.dtype)  # (b, 2, p)
    sizes = halves.sum(dim=2)
    means = halves @ pixels / sizes.clamp_min(1)[..., None]
    return torch.where(sizes[..., None] > 0, means, mean), sizes


def evened(features: Tensor, groups: int, generator: Generator) -> Tensor:
    """Weights (n,) by which every group of similar samples is drawn equally often.

    w_i = 1 / (G · |group of i|), so that they sum to 1.

    Args:
        features: (n, f) what samples are alike by.
        groups: k-means clusters, at most; G of them have samples.
        generator: a generator on the CPU.

    Source:
        The thesis, A.4: inverse frequency of a cluster of colors and attributes; their number is ours.
    """
    labels = kmeans(features, min(groups, len(features)), generator=generator, n_init=1).labels
    sizes = torch.bincount(labels)
    return 1 / ((sizes > 0).sum() * sizes[labels])
