"""The matrix products of an epoch and nothing else: what no engine can be faster than."""

import time
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

BATCH = 256
ENCODER = (784, 512, 256, 128, 10)
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


def layers(precision: str) -> list[Layer]:
    """Of the autoencoder, for one batch."""
    generator, kind = torch.Generator().manual_seed(0), DTYPES[precision]
    drawn = lambda *shape: torch.randn(*shape, generator=generator).to(kind)  # noqa: E731
    widths = [*ENCODER, *ENCODER[-2::-1]]
    return [
        Layer(drawn(BATCH, before), drawn(after, before), drawn(BATCH, after), first=place == 0)
        for place, (before, after) in enumerate(pairwise(widths))
    ]


def epoch(precision: str, n: int, epochs: int, *, embeds: bool) -> dict[str, float]:
    """Seconds of an epoch over n samples: forth and back, and the encoder once more where `embeds` is set."""
    made = layers(precision)
    batches, encoder = n / BATCH, made[: len(ENCODER) - 1]

    def step() -> None:
        for layer in made:
            layer.forward()
        for layer in reversed(made):
            layer.backward()
        for layer in encoder if embeds else ():
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
