"""Random crops and flips."""

from math import log, radians, sqrt

import torch
from torch import Generator, Tensor
from torch.nn.functional import pad

from clustering.augment.draw import chosen, uniform
from clustering.augment.warp import warp
from clustering.params.augment import CropAugment, SimclrAugment, StrongAugment

_LOG_ASPECT = log(4 / 3)


def random_crop(x: Tensor, params: CropAugment | StrongAugment, generator: Generator) -> Tensor:
    """Shift each image by whole pixels, at most the padding, over a black frame; flip some."""
    b, _, height, width = x.shape
    most = 2 * params.padding + 1
    top, left = torch.randint(most, (2, b), generator=generator, device=x.device)
    windows = (
        pad(x, (params.padding,) * 4).unfold(2, height, 1).unfold(3, width, 1)
    )  # (b, c, most, most, h, w)
    moved = windows[torch.arange(b, device=x.device), :, top, left]
    flip = chosen(params.flip, x, generator)
    return torch.where(flip[:, None, None, None], moved.flip(-1), moved)


def random_resized_crop(x: Tensor, params: SimclrAugment, generator: Generator) -> Tensor:
    """Crop a box of random area and aspect ratio from each image, flip some, turn and resize to full size.

    The area is uniform in [min_area, max_area] of the image, the aspect ratio log-uniform in [3/4, 4/3];
    sides longer than the image's, or than those of max_area above 1, are cut to it. Boxes lie at fractions
    of a pixel within the image, larger ones around it, and turn about their own center.
    """
    height, width = x.shape[-2:]
    longest = max(1.0, sqrt(params.max_area))
    area = uniform(params.min_area, params.max_area, x, generator)
    aspect = uniform(-_LOG_ASPECT, _LOG_ASPECT, x, generator).exp()
    part_x = (area * aspect).sqrt().clamp(max=longest)
    part_y = (area / aspect).sqrt().clamp(max=longest)
    center_x = (1 - part_x) * width / 2 * uniform(-1, 1, x, generator)
    center_y = (1 - part_y) * height / 2 * uniform(-1, 1, x, generator)
    sign = 1 - 2 * chosen(params.flip, x, generator).float()
    zero = torch.zeros_like(area)
    box = torch.stack([part_x * sign, zero, zero, part_y], dim=1).view(-1, 2, 2)
    if params.rotation > 0:
        box = _turns(params.rotation, x, generator) @ box
    center = torch.stack([center_x, center_y], dim=1)[..., None]
    return warp(x, torch.cat([box, center], dim=2), beyond="border")


def _turns(degrees: float, x: Tensor, generator: Generator) -> Tensor:
    """(b, 2, 2) rotations by random angles."""
    angle = uniform(-radians(degrees), radians(degrees), x, generator)
    cos, sin = angle.cos(), angle.sin()
    return torch.stack([cos, -sin, sin, cos], dim=1).view(-1, 2, 2)
