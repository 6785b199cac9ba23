"""What all layers of a network make of samples, in one pass."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

from clustering.classical import within_budget
from clustering.data import Data
from clustering.nets.heads import Heads
from clustering.run import Run


def spread_out(maps: Tensor, grid: int) -> Tensor:
    """(b, channels · places) of feature maps (b, channels, h, w), averaged to at most grid × grid places."""
    places = min(grid, maps.shape[2]), min(grid, maps.shape[3])
    return adaptive_avg_pool2d(maps, places).flatten(1)


def hidden_of_projector(projector: nn.Sequential, features: Tensor) -> list[Tensor]:
    """(b, width) behind each linear layer, with the activation that follows it."""
    found: list[Tensor] = []
    out = features
    for layer in projector:
        out = layer(out)
        if isinstance(layer, nn.Linear):
            found.append(out)
        else:
            found[-1] = out
    return found


def hidden_of_head(heads: Heads, features: Tensor, head: int) -> list[Tensor]:
    """(b, width) behind each hidden layer of one of the heads, after its activation."""
    found: list[Tensor] = []
    out = heads.first(features).view(len(features), heads.count, -1).transpose(0, 1)
    for layer in heads.later:
        out = out.relu()
        found.append(out[head])
        out = layer(out)
    return found


@torch.no_grad()
def all_layers(
    run: Run, data: Data, layers: Callable[[Tensor], dict[str, Tensor]], *, chosen: Sequence[str], size: int
) -> dict[str, Tensor]:
    """Some of the layers (n, width) of all samples, by name.

    Args:
        run: hears a cancel between blocks.
        data: the samples.
        layers: from samples (b, *shape) to all layers by name.
        chosen: names of those to keep.
        size: samples a block.

    Raises:
        InvalidData: they do not fit into the memory.
        Cancelled: the run was told to stop at once.
    """
    kept: dict[str, list[Tensor]] = {name: [] for name in chosen}
    for x in data.blocks(size):
        run.check()
        found = layers(x)
        if not kept[chosen[0]]:
            width = sum(found[name].shape[1] for name in chosen)
            within_budget(run, 8 * data.n * width, f"Layers of {data.n} samples, {width} values wide,")
        for name in chosen:
            kept[name].append(found[name].contiguous())
    return {name: torch.cat(blocks) for name, blocks in kept.items()}
