"""Update an embedding so that an ensemble agrees better on it: what a round of DECCS ends with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from clustering.augment import augmenter
from clustering.data import Batch, Data
from clustering.errors import Diverged
from clustering.losses.ensemble import cross_entropies, pulls
from clustering.losses.reconstruction import reconstruction
from clustering.nets import Autoencoder, Contrastive
from clustering.optim import clipped, optimizer
from clustering.stages.auxiliary import auxiliary
from clustering.stages.lesson import Learner, Lesson
from clustering.stages.partitions import batch_means, followed, one_hot
from clustering.stages.patience import Memory, Patience
from clustering.stages.pretraining import stacked
from clustering.train import Epoch

RESTARTS = 10
BLOCK = 1024
BEFORE = 0.2
"""Of a round's progress, when the update begins."""


@dataclass(frozen=True)
class Weights:
    """Of the losses in a round."""

    members: Tensor
    """(q,) of each member."""
    entropy: float
    """Of the classifiers' cross-entropy."""
    pull: float
    structure: float
    """Of the reconstruction, or of a contrastive net's contrast."""


class Renewal:
    """One update of network and classifiers, with the members' centers on the way.

    Augmented samples share the clusters of the clean ones; over a contrastive net two views take their
    place, and the views' agreement that of the reconstruction.

    Source:
        Miklautz et al. 2022 (DECCS), eq. 6 and algorithm 1; restarts and moving centers as in the code.
    """

    def __init__(self, learner: Learner, data: Data, lesson: Lesson, weights: Weights, held: Weights) -> None:
        self.learner, self.data, self.lesson = learner, data, lesson
        self.weights, self.held = weights, held
        self.view = augmenter(learner.params.augment)
        self.labels = lesson.labels[lesson.train]
        self.members = one_hot(self.labels, learner.classifiers.known.shape[1])
        self.centers = self.members.new_zeros(0)

    def run(self, epoch: Epoch, z: Tensor, lr: float) -> None:
        """Descend, once more from the start with half the rate where the loss is no longer finite.

        Args:
            epoch: the round.
            z: (m, d) embeddings of the labeled samples.
            lr: learning rate.

        Raises:
            Diverged: the loss was not finite at any of the rates.
        """
        start = Memory([self.learner.net, self.learner.classifiers])
        for attempt in range(RESTARTS + 1):
            self.centers = batch_means(z[self.lesson.train], self.members)[0]
            if self._descend(epoch, lr * 0.5**attempt):
                return
            start.restore()
        raise Diverged(f"Updating the embedding failed with {RESTARTS + 1} learning rates from {lr:g} down.")

    def _descend(self, epoch: Epoch, lr: float) -> bool:
        """Whether the loss stayed finite."""
        p, net, classifiers = self.learner.params, self.learner.net, self.learner.classifiers
        own = {"params": list(classifiers.parameters())}
        descent = optimizer([clipped(net, p.clip_norm), own], p.optimizer, lr)
        patience = Patience([net, classifiers], descent.param_groups, p.patience)
        rest = self.lesson.rest
        a_pass = self.lesson.steps_a_pass(p.batch_size)
        known = self._endless(epoch, self.lesson.index[self.lesson.train])
        others = self._endless(epoch, rest) if len(rest) > 1 else None
        for step in range(1, p.steps + 1):
            loss = self._loss(epoch, next(known), None if others is None else next(others))
            if not bool(loss.isfinite()):
                return False
            epoch.descend(loss, descent)
            if step % a_pass == 0:
                epoch.reach(BEFORE + (1 - BEFORE) * step / p.steps)
                if not patience.goes_on(self._held()):
                    break
        patience.restore()
        return True

    def _loss(self, epoch: Epoch, known: Batch, others: Batch | None) -> Tensor:
        """The objective on a batch of labeled samples and one of others, embedded as one."""
        both = isinstance(self.learner.net, Contrastive)
        batches = [known] if others is None else [known, others]
        stacks = [stacked(batch, self.view, both=both) for batch in batches]
        z = self.learner.net.encode(torch.cat(stacks))
        labels, members = self.labels[known.index], self.members[known.index]
        if self.learner.params.moving_centers:
            self.centers = followed(self.centers, z[: len(labels)].detach(), members)
        labels = labels.repeat(len(stacks[0]) // len(labels), 1)
        entropy, pull = self._of_clusters(z, labels)
        clusters = _of_members(self.weights, entropy, pull)
        epoch.record(cross_entropy=entropy.mean(), pull=pull.mean())
        if self.weights.structure == 0:
            return clusters
        structure = self._structure(z, stacks)
        epoch.record(auxiliary=structure)
        return clusters + self.weights.structure * structure

    def _structure(self, z: Tensor, stacks: Sequence[Tensor]) -> Tensor:
        """The sum over the stacks of samples that were embedded as one (b, d) of what was pretrained."""
        net, params, sizes = self.learner.net, self.learner.params, [len(x) for x in stacks]
        if isinstance(net, Contrastive):
            pairs = zip(torch.split(z, sizes), stacks, strict=True)
            return torch.stack([auxiliary(net, part, x, params) for part, x in pairs]).sum()
        pairs = zip(torch.split(net.decode(z), sizes), stacks, strict=True)
        losses = [reconstruction(x_hat, x, mean=params.reconstruction_mean) for x_hat, x in pairs]
        return torch.stack(losses).sum()

    def _of_clusters(self, z: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """(q,) cross-entropies of the first samples, which have labels (b, q), and (q,) pulls of all (n, d).

        The others are pulled to the clusters that the classifiers predict; these learn nothing from that.
        Each part's pull is a mean of its own, and both are added.
        """
        log_g, b = self.learner.classifiers.log_probabilities(z), len(labels)
        detached = log_g.detach()
        if len(z) > b:
            labels = torch.cat([labels, detached[b:].max(dim=2).indices])
        confidence = detached.gather(2, labels[:, :, None]).squeeze(2).exp()
        confidence[:b] *= len(z) / b
        confidence[b:] *= len(z) / max(len(z) - b, 1)
        return cross_entropies(log_g[:b], labels[:b]), pulls(z, self.centers, labels, confidence)

    def _held(self) -> float:
        """The objective on the labeled samples that are not trained on; without a contrast of views."""
        net, lesson, total = self.learner.net, self.lesson, 0.0
        with torch.no_grad():
            net.eval()
            for rows in torch.split(lesson.held, BLOCK):
                x = next(self.data.part(lesson.index[rows]).blocks(len(rows)))
                z = net.encode(x)
                entropy, pull = self._of_clusters(z, lesson.labels[rows])
                loss = _of_members(self.held, entropy, pull)
                if isinstance(net, Autoencoder) and self.held.structure:
                    loss = loss + self.held.structure * self._structure(z, [x])
                total += float(loss) * len(rows) / len(lesson.held)
            net.train()
        return total

    def _endless(self, epoch: Epoch, index: Tensor) -> Iterator[Batch]:
        """Batches of these samples in random order, again and again."""
        part = self.data.part(index)
        while True:
            yield from part.batches(self.learner.params.batch_size, epoch.generator, self.view)


def _of_members(weights: Weights, entropy: Tensor, pull: Tensor) -> Tensor:
    """The weighted sum of the members' (q,) cross-entropies and pulls."""
    return (weights.members * (weights.entropy * entropy + weights.pull * pull)).sum()
