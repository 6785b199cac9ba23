"""Embedded Non-Redundant Clustering."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from clustering.data import Data
from clustering.extras import Extra, Table
from clustering.methods.over_spaces import OverSpaces
from clustering.params.enrc import ENRCParams
from clustering.partition.spaces import leading, spans
from clustering.passes import embed_all
from clustering.run import Run
from clustering.stages.finding_spaces import find_spaces
from clustering.stages.reviving import take_farthest
from clustering.train import Epoch


class ENRC(OverSpaces[ENRCParams]):
    """Rotate an embedding, share out its dimensions among several clusterings, and compress each.

    L = 1/S Σ_s L_comp,s + λ L_rec, with centers that follow the batches.

    Spaces that AutoNR or NrDipMeans finds once the embedding is there are held by the buffer `found`.

    Departs from the paper: counts of new centers are on the scale of a batch.
    """

    found: Tensor | None
    """(S,) int64 clusters of each space, where they are searched; 1 of one space before."""
    costs: Tensor | None
    """(models,) float64 bits of each model that AutoNR accepted."""

    def __init__(self, params: ENRCParams, shape: tuple[int, ...]) -> None:
        self._sizes = params.n_clusters or (1,)
        super().__init__(params, shape)
        searched = params.n_clusters is None
        self.register_buffer("found", torch.ones(1, dtype=torch.int64) if searched else None)
        bits = torch.zeros(0, dtype=torch.float64) if params.init == "autonr" else None
        self.register_buffer("costs", bits)

    @property
    def sizes(self) -> Sequence[int]:
        return self._sizes

    def _place(self, run: Run, data: Data) -> None:
        if self.params.n_clusters is not None:
            super()._place(run, data)
        elif run.first_time("place spaces"):
            found = find_spaces(run, embed_all(run, self, data), self.params)
            self._share_out(found.sizes)
            if self.costs is not None:
                self.costs = self.costs.new_tensor(found.costs)
            self.take(run, data, found.spaces)

    def _share_out(self, sizes: Sequence[int]) -> None:
        """Go on with spaces of so many clusters."""
        self._sizes = tuple(sizes)
        self.make_room()
        self.found = torch.tensor(sizes, device=self.rotation.device)

    def load(self, state: dict[str, Tensor]) -> None:
        if "found" in state:
            self._share_out(state["found"].tolist())
        super().load(state)

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:  # noqa: ARG002
        """Whose each dimension is, and of AutoNR the bits of every accepted model."""
        owner = self.weights.argmax(dim=0)
        spaces: list[dict[str, Any]] = [
            {"n_clusters": k, "dimensions": (owner == s).nonzero().flatten().tolist()}
            for s, k in enumerate(self.sizes)
        ]
        told: dict[str, Extra] = {"spaces": {"spaces": spaces}}
        return told if self.costs is None else told | {"search": Table({"mdl_bits": self.costs.tolist()})}

    def loss(self, parts: Tensor, stage: str) -> Tensor:  # noqa: ARG002
        return parts.mean()

    @torch.no_grad()
    def ended(self, epoch: Epoch) -> None:
        """Also how many dimensions each space leads, and what share of all their weight it has."""
        super().ended(epoch)
        shares, dimensions = self.weights.mean(dim=1), leading(self.weights).double()
        for s, k in enumerate(self.sizes):
            name = "shared" if k == 1 else str(s)
            epoch.record(**{f"share_{name}": shares[s], f"dimensions_{name}": dimensions[s]})

    def revive(self, epoch: Epoch, data: Data, due: Sequence[int]) -> None:
        count = min(self.params.revival_samples, data.n)
        index = torch.randperm(data.n, generator=epoch.generator, device=data.device)[:count]
        v = embed_all(epoch.run, self, data.part(index))
        weights = self.weights**self.params.weight_power
        for place in due:
            s = int(self.space_of[place])
            span = spans(self.sizes)[s]
            moved = take_farthest(v, self.all_centers[span], weights[s], place - span.start)
            self.all_centers[span] = moved[0]
            self.counts[span] = moved[1] * (min(self.params.batch_size, data.n) / count)
            self.lost[span] = 0
