"""Passes over all samples without gradients, block by block."""

from collections.abc import Callable
from math import prod
from typing import Protocol

import torch
from torch import Tensor, nn

from clustering.data import Data
from clustering.errors import Diverged
from clustering.run import Run

_BLOCK_ROWS = 1024
_BLOCK_BYTES = 2**25


class Embedder(Protocol):
    """The part of a method that embeds."""

    def embed(self, x: Tensor) -> Tensor: ...


class Assigner(Embedder, Protocol):
    """The part of a method that embeds and assigns."""

    def assign(self, z: Tensor) -> Tensor: ...


def embed_all(run: Run, method: Embedder, data: Data) -> Tensor:
    """Embeddings (n, d) of all samples, in evaluation mode.

    Raises:
        Diverged: not all of them are finite.
        Cancelled: the run was told to stop at once.
    """
    size = min(_BLOCK_ROWS, max(1, _BLOCK_BYTES // (4 * prod(data.shape))))
    training = isinstance(method, nn.Module) and method.training
    parts: list[Tensor] = []
    if isinstance(method, nn.Module):
        method.eval()
    try:
        with torch.no_grad():
            for x in data.blocks(size):
                run.check()
                parts.append(method.embed(x))
    finally:
        if isinstance(method, nn.Module):
            method.train(training)
    z = torch.cat(parts)
    if not bool(z.isfinite().all()):
        raise Diverged("The embeddings are not all finite. A smaller learning rate may help.")
    return z


def assign_all(run: Run, method: Assigner, data: Data) -> Tensor:
    """Soft assignments (n, k) of all samples, in evaluation mode."""
    return in_blocks(method.assign, embed_all(run, method, data))


def in_blocks(function: Callable[[Tensor], Tensor], rows: Tensor, size: int = _BLOCK_ROWS) -> Tensor:
    """Apply a row-wise function block by block, without gradients."""
    with torch.no_grad():
        return torch.cat([function(block) for block in torch.split(rows, size)])
