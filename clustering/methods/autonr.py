"""AutoNR: clusterings in subspaces, their number and that of their clusters by description length."""

from collections.abc import Mapping

import torch
from torch import Generator, Tensor

from clustering.data import Data
from clustering.extras import Extra, Table
from clustering.methods.rotated import Rotated
from clustering.params.autonr import AutoNRParams
from clustering.partition.nonredundant import NonRedundant
from clustering.run import Run
from clustering.search import Search
from clustering.stages.finding_spaces import searched


class AutoNR(Rotated[AutoNRParams]):
    """Where no cluster pays, or all samples are the same, the one clustering has a cluster of all."""

    costs: Tensor
    """(models,) float64 description length of each accepted model."""

    def __init__(self, params: AutoNRParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("costs", torch.zeros(0, dtype=torch.float64))

    def partition(self, x: Tensor, generator: Generator, run: Run) -> NonRedundant:
        found = searched(x, self.params, generator, Search(run).go_on)
        self.costs = torch.tensor(found.costs, dtype=torch.float64, device=run.device)
        return found.model

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:
        """The spaces, the rotation, and the bits of every accepted model."""
        costs = self.costs.tolist()
        return {**super().extras(data, z), "search": Table({"mdl_bits": costs})}
