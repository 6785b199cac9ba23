"""What all methods are that label only the samples they are fitted to."""

from typing import Generic, TypeVar

import torch
from torch import Tensor

from clustering.methods.base import Clustering, Method
from clustering.params.base import MethodParams

T = TypeVar("T", bound=MethodParams)


class Transductive(Method[T], Generic[T]):
    """A method that keeps the labels it found and cannot predict others; its embedding is the sample."""

    labels: Tensor
    """(n,) int64 of the samples fitted."""

    def __init__(self, params: T, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("labels", torch.zeros(0, dtype=torch.int64))

    def embed(self, x: Tensor) -> Tensor:
        return x.flatten(1)

    def decode(self, z: Tensor) -> Tensor:
        return z.reshape(-1, *self.shape)

    def clusterings(self, z: Tensor) -> list[Clustering]:
        return [Clustering(self.labels.to(z.device), None, None)]
