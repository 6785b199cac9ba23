"""Deep Embedded Clustering with Consensus representationS."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clustering.data import Data
from clustering.extras import Extra
from clustering.losses.ensemble import held_weights, loss_weights, ramp_up
from clustering.methods.members import names, partitions
from clustering.methods.over_network import OverNetwork
from clustering.metrics.agreement import ari, variation_of_information
from clustering.metrics.between import nmi_matrix, pairwise, with_others
from clustering.nets.classifiers import Classifiers
from clustering.params.deccs import DECCSParams
from clustering.partition.distances import nearest_center
from clustering.partition.kmeans import kmeans, means_of
from clustering.passes import embed_all, in_blocks
from clustering.run import Run
from clustering.stages.course import Course
from clustering.stages.lesson import Lesson, learn, lesson
from clustering.stages.partitions import standardized, without_small
from clustering.stages.pretraining import pretrain
from clustering.stages.renewal import BEFORE, Renewal, Weights
from clustering.train import Epoch, epochs

IMAGES_WEIGHT, VECTORS_WEIGHT = 0.1, 10.0


class DECCS(OverNetwork[DECCSParams]):
    """Reconstruct, then in rounds: let the ensemble vote on a sample, let classifiers learn the votes, and
    move the embedding to where both agree better. The round with the largest agreement is kept.

    An epoch of the stage "cluster" is a round; the last one only votes.

    Departs from the paper: samples in small clusters of a member, which the code leaves out of a round, go
    with those that no member has labeled. The pull of both is a mean over values, as in the code. Algorithm 1
    may end with any round whose agreement stands still; here none does before the pull is in full force, as a
    standstill says little there: with ten updates, no vote before the seventh.
    """

    centers: Tensor
    agreement: Tensor
    """(q, q) NMI of the members with each other in the round that is kept."""
    beside: Tensor
    """(2, q, q) their ARI and variation of information."""

    def __init__(self, params: DECCSParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.specs = [member.spec(params.n_clusters) for member in params.members]
        most = max(spec.n_clusters for spec in self.specs)
        self.classifiers = Classifiers(len(self.specs), most, params.embedding_dim)
        self.register_buffer("centers", torch.zeros(params.n_clusters, params.embedding_dim))
        same = torch.eye(len(self.specs), dtype=torch.float64)
        self.register_buffer("agreement", same)
        self.register_buffer("beside", torch.stack([same, torch.zeros_like(same)]))

    def stages(self) -> dict[str, int]:
        return self.params.pretrain_stages | {"cluster": self.params.rounds + 1}

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        pretrain(run, self.net, data, p)
        course = Course()
        for epoch in epochs(run, "cluster", p.rounds + 1, resumes=[course]):
            z, votes = self._vote(epoch, data)
            learn(run, self, z, votes, generator=epoch.generator)
            self._score(run, epoch, z, votes.index)
            course.enter(self, self._agreement(epoch))
            if epoch.last or (self._full_force(epoch) and course.settled(p.stop_below)):
                epoch.end_stage()
                course.restore(self)
            else:
                self._renew(epoch, data, z, votes)
            epoch.reach(1)
        self._place(run, embed_all(run, self, data))

    def _vote(self, epoch: Epoch, data: Data) -> tuple[Tensor, Lesson]:
        """Embeddings (m, d) of a random sample, and what the members make of them."""
        p = self.params
        order = torch.randperm(data.n, generator=epoch.generator, device=data.device)
        sample = order[: p.sample_size(data.n)].sort().values
        z = embed_all(epoch.run, self, data.part(sample))
        labels = partitions(epoch, standardized(z), self.specs, BEFORE / 2)
        found = without_small(labels, p.min_cluster_size)
        self._compare(list(found.labels.T.cpu().numpy()))
        votes = lesson(found, sample, data.n, p.holdout, generator=epoch.generator)
        return z[found.rows], votes

    def _compare(self, labels: list[NDArray[np.int64]]) -> None:
        """Keep how far the members' clusters (n,) agree."""
        tables = pairwise(ari, labels, itself=1.0), pairwise(variation_of_information, labels, itself=0.0)
        self.agreement.copy_(torch.from_numpy(nmi_matrix(labels)))
        self.beside.copy_(torch.from_numpy(np.stack(tables)))

    def _full_force(self, epoch: Epoch) -> bool:
        """Whether the pull rises no more: before, an agreement at a standstill says little."""
        t, rounds = epoch.number - 1, self.params.rounds
        return ramp_up(t, rounds, 1.0) == ramp_up(rounds + 1, rounds, 1.0)

    def _agreement(self, epoch: Epoch) -> float:
        """The mean NMI of two members; records each one's with the others beside it."""
        each = self.agreements
        epoch.record(agreement=float(each.mean()))
        for name, value in zip(names(self.params.members), each.tolist(), strict=True):
            epoch.record(**{f"agreement_{name}": value})
        return float(each.mean())

    @property
    def agreements(self) -> Tensor:
        """(q,) mean NMI of each member with the others, in the last round or that which is kept."""
        return torch.from_numpy(with_others(self.agreement.cpu().numpy()))

    def _renew(self, epoch: Epoch, data: Data, z: Tensor, votes: Lesson) -> None:
        """Update the embedding by what the samples with embeddings (m, d) teach."""
        p, t = self.params, epoch.number - 1
        members, structure = loss_weights(self.agreements, p.weighting)
        peak = p.consensus_weight
        if peak is None:
            peak = IMAGES_WEIGHT if data.kind == "images" else VECTORS_WEIGHT
        pull = ramp_up(t, p.rounds, peak)
        losses = p.cross_entropy_weight, pull
        weights = Weights(members.to(z), *losses, structure * p.auxiliary_weight)
        held = Weights(held_weights(self.agreements, p.weighting).to(z), *losses, p.auxiliary_weight)
        Renewal(self, data, votes, weights, held).run(epoch, z, p.lr * p.lr_decay**t)

    def _score(self, run: Run, epoch: Epoch, z: Tensor, index: Tensor) -> None:
        """What true labels say of the first classifier's clusters of some samples, where there are any."""
        if run.score is None:
            return
        labels = in_blocks(lambda rows: self.classifiers(rows)[:, 0].argmax(dim=1), z)
        figures = run.score(index.cpu().clone(), labels.cpu(), z.float().cpu().clone())
        epoch.record(**{name: value for name, value in figures.items() if isfinite(value)})

    def _place(self, run: Run, z: Tensor) -> None:
        """Centers of all embeddings (n, d): the consensus' means, or k-means' where members differ."""
        k = self.params.n_clusters
        if self.params.share_clusters:
            means, sizes = means_of(z, in_blocks(self.label, z), k)
            self.centers.copy_(torch.where(sizes[:, None] > 0, means, z.mean(dim=0)))
        else:
            generator = torch.Generator().manual_seed(run.seed_for("consensus"))
            self.centers.copy_(kmeans(z, k, generator=generator, n_init=10).centers)

    def assign(self, z: Tensor) -> Tensor:
        """What the first member's classifier predicts (b, k); where members differ, nothing is soft."""
        if not self.params.share_clusters:
            return super().assign(z)
        first: Tensor = self.classifiers(z)[:, 0].softmax(dim=1)
        return first

    def label(self, z: Tensor) -> Tensor:
        return super().label(z) if self.params.share_clusters else nearest_center(z, self.centers)

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:  # noqa: ARG002
        """The members' agreement with each other, and the clusters (n, q) that their classifiers predict."""
        rand, vi = self.beside.cpu().tolist()
        agreement: dict[str, Any] = {
            "names": names(self.params.members),
            "nmi": self.agreement.cpu().tolist(),
            "ari": rand,
            "vi": vi,
            "mean": float(self.agreements.mean()),
        }
        return {
            "agreement": agreement,
            "member-labels": in_blocks(lambda rows: self.classifiers(rows).argmax(dim=2), z),
        }
