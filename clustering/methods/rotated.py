"""What all methods are that cluster subspaces of the rotated inputs."""

from abc import abstractmethod
from typing import Generic, TypeVar

import torch
from torch import Tensor

from clustering.classical import samples, within_budget
from clustering.data import Data
from clustering.methods.in_subspaces import InSubspaces
from clustering.params.base import MethodParams
from clustering.partition.nonredundant import NonRedundant
from clustering.run import Run

R = TypeVar("R", bound=MethodParams)


class Rotated(InSubspaces[R], Generic[R]):
    """A method whose embedding is the inputs, times a rotation."""

    def __init__(self, params: R, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape, torch.Size(shape).numel())

    def fit(self, data: Data, run: Run) -> None:
        d = self.rotation.shape[0]
        within_budget(run, 8 * (3 * data.n * d + 4 * d * d), f"{data.n} samples of {d} features, rotated,")
        x = torch.as_tensor(samples(data, run))
        generator = torch.Generator().manual_seed(run.seed_for("partition"))
        self.keep(self.partition(x, generator, run), run)

    @abstractmethod
    def partition(self, x: Tensor, generator: torch.Generator, run: Run) -> NonRedundant:
        """Partition samples (n, d), float32 on the CPU."""

    def embed(self, x: Tensor) -> Tensor:
        return x.flatten(1) @ self.rotation

    def decode(self, z: Tensor) -> Tensor:
        return (z @ self.rotation.T).reshape(-1, *self.shape)
