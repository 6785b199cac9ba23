"""Embedded Non-Redundant Clustering."""

from collections.abc import Sequence

import torch
from torch import Tensor

from clustering.data import Data
from clustering.methods.over_spaces import OverSpaces
from clustering.params.enrc import ENRCParams
from clustering.partition.spaces import spans
from clustering.passes import embed_all
from clustering.stages.reviving import take_farthest
from clustering.train import Epoch


class ENRC(OverSpaces[ENRCParams]):
    """Rotate an embedding, share out its dimensions among several clusterings, and compress each.

    L = 1/S Σ_s L_comp,s + λ L_rec, with centers that follow the batches.

    Departs from the paper: compression is a mean over the samples of a batch, not over those of each cluster
    first; counts of new centers are on the scale of a batch.
    """

    @property
    def sizes(self) -> Sequence[int]:
        return self.params.n_clusters

    def loss(self, parts: Tensor, stage: str) -> Tensor:  # noqa: ARG002
        return parts.mean()

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
