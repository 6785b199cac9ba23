"""The matrix products of an epoch and nothing else: what no engine can be faster than."""

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


class Layer(NamedTuple):
    """What the three products of a linear layer are made of."""

    inputs: Tensor
    weight: Tensor
    gradient: Tensor
    first: bool
    """Whether nobody asks for the gradient of its inputs."""

    def forward(self) -> None:
        """Outputs from inputs."""
        torch.mm(self.inputs, self.weight.T)

    def backward(self) -> None:
        """Gradients of the weight, and of the inputs."""
        torch.mm(self.gradient.T, self.inputs)
        if not self.first:
            torch.mm(self.gradient, self.weight)


def layers(encoder: Sequence[int], batch: int, precision: str) -> list[Layer]:
    """Of the autoencoder whose encoder has these widths, for one batch."""
    generator, kind = torch.Generator().manual_seed(0), DTYPES[precision]
    drawn = lambda *shape: torch.randn(*shape, generator=generator).to(kind)  # noqa: E731
    widths = [*encoder, *encoder[-2::-1]]
    return [
        Layer(drawn(batch, before), drawn(after, before), drawn(batch, after), first=place == 0)
        for place, (before, after) in enumerate(pairwise(widths))
    ]


def epoch(
    encoder: Sequence[int], batch: int, precision: str, n: int, epochs: int, *, embeds: bool
) -> dict[str, float]:
    """Seconds of an epoch over n samples: forth and back, and the encoder once more where `embeds` is set."""
    made = layers(encoder, batch, precision)
    batches, embedding = n / batch, made[: len(encoder) - 1] if embeds else []

    def step() -> None:
        for layer in made:
            layer.forward()
        for layer in reversed(made):
            layer.backward()
        for layer in embedding:
            layer.forward()

    step()
    steps = max(1, round(epochs * batches))
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(steps):
        step()
    return {
        "epoch_s": (time.perf_counter() - wall) / steps * batches,
        "epoch_cpu_s": (time.process_time() - cpu) / steps * batches,
    }
