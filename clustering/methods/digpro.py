"""DigPro."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn.functional import normalize

from clustering.augment import augmenter
from clustering.data import Data
from clustering.losses.groups import grouping, moved_groups, nearest_group
from clustering.methods.base import Clustering
from clustering.methods.prototypical import Prototypical, Way
from clustering.nets.momentum import follow
from clustering.optim import scheduler
from clustering.params.digpro import DigProParams
from clustering.params.steps import steps_an_epoch
from clustering.partition.spherical import spherical_kmeans
from clustering.passes import embed_all, in_blocks
from clustering.run import Run
from clustering.stages.bank import MemoryBank
from clustering.stages.expectation import clusters_of


class DigPro(Prototypical[DigProParams]):
    """ProPos with momentum groups: each view has to find the group of the other, and moves the groups.

    The groups are a clustering of their own. They start from spherical k-means of all embeddings and are
    placed anew from the memory bank only once that is full; the paper's code starts both from random numbers.
    """

    groups: Tensor
    """(g, d), of any length."""

    def __init__(self, params: DigProParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("groups", torch.zeros(params.groups, params.compared_dim))

    def cluster(self, data: Data, run: Run) -> None:
        p, steps = self.params, steps_an_epoch(data.n, self.params.batch_size)
        descent = self.descent()
        schedule = scheduler(descent, p.schedule, p.epochs, times=steps)
        bank = MemoryBank(p.bank_size, p.compared_dim, data.device)
        if run.first_time("place groups"):
            self.groups.copy_(clusters_of(run, embed_all(run, self, data), p, 0, k=p.groups).centers)
        for epoch, labels in self.rounds(data, run, [descent, schedule, bank]):
            batches = epoch.batches(data, p.batch_size, augmenter(p.augment))
            for step, batch in enumerate(batches, start=(epoch.number - 1) * steps + 1):
                self._regroup(run, bank, step)
                ways = self.both_ways(batch)
                aligned = self.aligned(epoch, ways)
                grouped, groups = self._grouped(ways)
                epoch.record(alignment=aligned, grouping=grouped)
                loss = aligned + p.group_weight * grouped
                if self.scatters(epoch):
                    scattered = self.scattered(ways, labels[batch.index])
                    epoch.record(scattering=scattered)
                    loss = loss + p.prototype_weight * scattered
                bank.push(normalize(torch.cat([q for q, _ in ways]).detach(), dim=1))
                epoch.descend(loss, descent)
                self.groups.copy_(groups)
                schedule.step()
                self.follow(epoch)

    def _regroup(self, run: Run, bank: MemoryBank, step: int) -> None:
        """Place the groups anew where it is time to, else let the copy move a second time if asked to."""
        p = self.params
        if bank.full and step % (p.regroup_every or p.groups) == 0:
            generator = torch.Generator().manual_seed(run.seed_for("regroup", step))
            found = spherical_kmeans(bank.rows, p.groups, generator=generator, n_init=p.n_init)
            self.groups.copy_(found.centers)
        elif p.double_momentum is not None:
            follow(self.target, self.net, p.double_momentum)

    def _grouped(self, ways: Sequence[Way]) -> tuple[Tensor, Tensor]:
        """Mean grouping loss, and the groups (g, d) after both views have moved them."""
        p, groups, losses = self.params, self.groups.clone(), []
        for q, target in ways:
            wanted, own = nearest_group(target, groups), nearest_group(q.detach(), groups)
            moved = moved_groups(groups, q, own, p.group_momentum)
            finding = self.predict(q) if p.grouped == "predictions" else q
            losses.append(grouping(finding, moved, wanted, p.group_temperature))
            groups = moved.detach()
        return torch.stack(losses).mean(), groups

    def by_groups(self, z: Tensor) -> Tensor:
        """softmax_j(cos(z, q_j) / τ) of embeddings (b, d) on the unit sphere, for the groups q."""
        similarity = z @ normalize(self.groups, dim=1).T
        return (similarity / self.params.group_temperature).softmax(dim=1)

    def clusterings(self, z: Tensor) -> list[Clustering]:
        """By the prototypes, and by the momentum groups."""
        soft = in_blocks(self.by_groups, z)
        groups = Clustering(soft.argmax(dim=1), soft, normalize(self.groups, dim=1), name="momentum groups")
        return [replace(found, name="prototypes") for found in super().clusterings(z)] + [groups]
