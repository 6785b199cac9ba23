"""Draw rare looks of samples as often as frequent ones."""

import math

import torch
from torch import Tensor

from clustering.augment.object import object_colors
from clustering.data import Data, View
from clustering.nets import Autoencoder
from clustering.params.augment import AnyAugment
from clustering.params.beads import BeadsParams, Evening
from clustering.partition.evening import evened, main_colors
from clustering.run import Run
from clustering.stages.viewing import codes_of

BLOCK_ROWS = 256
MOST_A_SAMPLE = 3
"""Times as many samples are drawn as there are, at most."""


def weights_of(run: Run, data: Data, evening: Evening) -> Tensor:
    """Weights (n,) of images by their main colors and the attributes beside them, which sum to 1."""
    colors = []
    for unit in data.unit_blocks(BLOCK_ROWS):
        run.check()
        colors.append(main_colors(unit))
    features = torch.cat(colors)
    if data.attributes is not None and data.attributes.shape[1]:
        most = data.attributes.amax(dim=0)
        features = torch.cat([features, data.attributes / torch.where(most > 0, most, 1)], dim=1)
    return evened(features, evening.groups, torch.Generator().manual_seed(run.seed_for("evening")))


@torch.no_grad()
def evened_codes(run: Run, net: Autoencoder, data: Data, weights: Tensor, *, params: BeadsParams) -> Tensor:
    """Codes (m, d) of samples drawn by their weights, recolored if asked for; means over views.

    Args:
        run: hears a cancel; all networks see the same draws.
        net: left in evaluation mode.
        data: the samples.
        weights: (n,) of them.
        params: how many, and their colors.
    """
    net.eval()
    evening = params.evening or Evening()
    count = min(evening.draws, MOST_A_SAMPLE * data.n)
    view = _colors(params.augment) if evening.recolor else None
    codes, generator = [], run.generator("evened codes")
    for _ in range(math.ceil(count / data.n)):
        for batch in data.batches(params.batch_size, generator, view, weights):
            run.check()
            codes.append(codes_of(net, batch.view()).mean(dim=1))
    return torch.cat(codes)[:count]


def _colors(augment: AnyAugment | None) -> View | None:
    if augment is None or augment.type != "object":
        return None
    return lambda x, generator: object_colors(x, augment, generator)
