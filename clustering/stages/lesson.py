"""What a round of DECCS has to teach, and classifiers that learn it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Generator, Tensor

from clustering.losses.ensemble import cross_entropies
from clustering.nets import Autoencoder, Contrastive
from clustering.nets.classifiers import Classifiers
from clustering.params.deccs import DECCSParams
from clustering.params.steps import steps_an_epoch, stops
from clustering.run import Run
from clustering.stages.partitions import Partitions, one_hot, split
from clustering.stages.patience import Patience

MOMENTUM = 0.9


class Learner(Protocol):
    """The part of a method that learns."""

    @property
    def params(self) -> DECCSParams: ...
    @property
    def net(self) -> Autoencoder | Contrastive: ...
    @property
    def classifiers(self) -> Classifiers: ...


@dataclass(frozen=True)
class Lesson:
    """Samples whose clusters are known by every member, and the others."""

    index: Tensor
    """(m,) positions of the former in the data."""
    rest: Tensor
    """(n - m,) positions of the latter."""
    labels: Tensor
    """(m, q) cluster by each member."""
    train: Tensor
    """Which of the m are trained on."""
    held: Tensor
    """Which of the m tell when to stop."""
    counts: Tensor
    """(q,) clusters of each member."""

    def steps_a_pass(self, batch_size: int) -> int:
        """Steps in which each sample is met at least once, be it trained on or without labels."""
        return steps_an_epoch(max(len(self.train), len(self.rest)), batch_size)


def lesson(found: Partitions, sample: Tensor, n: int, holdout: float, *, generator: Generator) -> Lesson:
    """Sort out n samples of which some were labeled by the members.

    Args:
        found: what is left of the sample.
        sample: (s,) positions of the sample in the data.
        n: number of samples in the data.
        holdout: share of the labeled ones that is not trained on.
        generator: on the labels' device.
    """
    index = sample[found.rows]
    rest = torch.ones(n, dtype=torch.bool, device=index.device)
    rest[index] = False
    train, held = split(found.labels, holdout, generator)
    return Lesson(index, rest.nonzero().squeeze(1), found.labels, train, held, found.counts)


def learn(run: Run, learner: Learner, z: Tensor, taught: Lesson, *, generator: Generator) -> None:
    """Train fresh classifiers on frozen embeddings (m, d), all members' at once, until they stop gaining.

    By gradient descent with momentum; the gradient of linear classifiers is written out, which takes a
    fraction of the time that the bookkeeping of a backward pass would. Weights decay as the network's do.

    Source:
        Miklautz et al. 2022 (DECCS), section IV-C; the decay, and passes that are as long as those over the
        samples without labels, as in the code.
    """
    p, classifiers = learner.params, learner.classifiers
    classifiers.start(taught.counts, generator)
    rate: dict[str, Any] = {"lr": p.classifier_lr}
    patience = Patience([classifiers], [rate], p.patience)
    members = one_hot(taught.labels, classifiers.known.shape[1])
    a_pass = taught.steps_a_pass(p.batch_size)
    decays = p.optimizer.weight_decay, 0.0
    drawn = _endless(taught.train, p.batch_size, generator)
    moved = [torch.zeros_like(each) for each in classifiers.parameters()]
    with torch.no_grad():
        for step in range(1, p.classifier_steps + 1):
            run.check()
            rows = next(drawn)
            found = slopes(classifiers, z[rows], members[rows])
            for each, last, slope, decay in zip(classifiers.parameters(), moved, found, decays, strict=True):
                each.sub_(last.mul_(MOMENTUM).add_(slope).add_(each, alpha=decay), alpha=rate["lr"])
            if step % a_pass == 0:
                log_g = classifiers.log_probabilities(z[taught.held])
                if not patience.goes_on(float(cross_entropies(log_g, taught.labels[taught.held]).sum())):
                    break
    patience.restore()


def slopes(classifiers: Classifiers, z: Tensor, members: Tensor) -> tuple[Tensor, Tensor]:
    """Gradient of the sum of all members' cross-entropies by weights and by biases.

    ∂L/∂W_i = 1/b Σ_j (g_i(z_j) - e_{π_ij}) z_jᵀ,   ∂L/∂b_i = 1/b Σ_j (g_i(z_j) - e_{π_ij})

    Args:
        classifiers: q of k clusters.
        z: (b, d) embeddings.
        members: (b, q, k) one-hot clusters e.
    """
    excess = (classifiers.log_probabilities(z).exp() - members).permute(1, 2, 0).flatten(0, 1) / len(z)
    return excess @ z, excess.sum(dim=1)


def _endless(rows: Tensor, size: int, generator: Generator) -> Iterator[Tensor]:
    """Batches of some rows in random order, again and again."""
    cuts = stops(len(rows), size)
    while True:
        order = torch.randperm(len(rows), generator=generator, device=rows.device)
        yield from rows[order].tensor_split(cuts)
