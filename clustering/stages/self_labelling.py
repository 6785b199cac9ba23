"""Refine a clustering by its own confident labels."""

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from clustering.augment import augmenter, together
from clustering.data import Data
from clustering.errors import Unsupported
from clustering.losses.pseudo_labels import confident_cross_entropy, pseudo_labels
from clustering.nets import Autoencoder
from clustering.optim import clipped, optimizer
from clustering.params.deep import SelfLabelledParams
from clustering.params.self_label import SelfLabelParams
from clustering.params.training import AdamOptimizer
from clustering.partition.distances import nearest_center
from clustering.partition.updates import constant
from clustering.passes import embed_all, in_blocks
from clustering.run import Run
from clustering.stages.first_head import start_at_centers
from clustering.stages.refitting import REFIT, refit_decoder
from clustering.stages.watching import Watch
from clustering.train import epochs

WARM_UP = "warm-up head"
SELF_LABEL = "self-label"


class Encoding(Protocol):
    """The part of a network that embeds."""

    @property
    def encoder(self) -> nn.Module: ...


class Headed(Protocol):
    """A method with centers in its embedding, and a head (d to k) over it where the params self-label."""

    training: bool

    @property
    def params(self) -> SelfLabelledParams: ...
    @property
    def net(self) -> Encoding: ...
    @property
    def centers(self) -> Tensor: ...
    @property
    def head(self) -> nn.Linear | None: ...
    def measured(self, z: Tensor) -> Sequence[tuple[Tensor, Tensor]]: ...
    def embed(self, x: Tensor) -> Tensor: ...
    def label_each(self, z: Tensor) -> Tensor: ...
    def train(self, mode: bool = True) -> Any: ...


def self_label_stages(params: SelfLabelledParams) -> dict[str, int]:
    """Epochs of the stages that `self_label` runs, in order."""
    asked = params.self_label
    if asked is None:
        return {}
    refit = {REFIT: params.refit_epochs} if params.refit_epochs else {}
    return {WARM_UP: asked.warmup_epochs, SELF_LABEL: asked.epochs, **refit}


def self_label(run: Run, method: Headed, data: Data) -> None:
    """Let a head learn the clusters, then train it and the encoder; nothing unless the params ask for it.

    Afterwards the head's most probable class is the cluster, the centers are moved to the means of their
    clusters, as the embedding has changed under them, and an autoencoder's decoder is trained after it.

    Source:
        Van Gansbeke et al. 2020 (SCAN), section 2.3, after the warm-up of Miklautz et al. 2025 (BRB).
        Departs in that the head starts at the centers, so that it has them learned however few steps a small
        data set gives the warm-up, and in that a batch without confident samples is skipped, where SCAN's
        code gives up.
    """
    params, head = method.params.self_label, method.head
    if params is None:
        return
    if head is None:
        raise Unsupported(f"{method.params.title} has no head that could learn labels.")
    _warm_up(run, method, data, head=head, params=params)
    _self_train(run, method, data, head=head, params=params)
    z = embed_all(run, method, data)
    labels = in_blocks(lambda block: head(block).argmax(dim=1), z)
    method.centers.data.copy_(constant(method.centers.detach(), z, labels, rate=1.0))
    if method.params.refit_epochs and isinstance(method.net, Autoencoder):
        refit_decoder(run, method, data, net=method.net, params=params)


def _warm_up(run: Run, method: Headed, data: Data, *, head: nn.Linear, params: SelfLabelParams) -> None:
    """Train the head alone on the nearest centers, which it starts from.

    Encoder and centers stay as they are, running statistics of norms included: a resumed run finds the
    same labels again.
    """
    descent = optimizer([clipped(head, None)], AdamOptimizer(), params.warmup_lr)
    training, labels = method.training, None
    method.train(False)
    for epoch in epochs(run, WARM_UP, params.warmup_epochs, resumes=[descent]):
        if labels is None:
            labels = _by_centers(run, method, data, head, first=epoch.number == 1)
        for batch in epoch.batches(data, _batch_size(method, params), augmenter(params.weak)):
            with torch.no_grad():
                z = method.embed(batch.view())
            logits, wanted = head(z), labels[batch.index]
            epoch.record(agreement=(logits.argmax(dim=1) == wanted).float().mean())
            epoch.descend(nn.functional.cross_entropy(logits, wanted), descent)
    method.train(training)


def _by_centers(run: Run, method: Headed, data: Data, head: nn.Linear, *, first: bool) -> Tensor:
    """(n,) nearest centers of all samples; the first time the head starts from them, too."""
    z, centers = embed_all(run, method, data), method.centers.detach()
    if first:
        start_at_centers(head, z, centers)
    return nearest_center(z, centers)


def _self_train(run: Run, method: Headed, data: Data, *, head: nn.Linear, params: SelfLabelParams) -> None:
    """Train encoder and head on strong views, labelled by the confident weak ones.

    The curves tell the share of confident samples and the share of batches that had none and were skipped,
    and at every look what a watch of the head's labels tells.
    """
    p = method.params
    groups = [clipped(method.net.encoder, p.clip_norm), clipped(head, None)]
    descent = optimizer(groups, AdamOptimizer(weight_decay=params.weight_decay), params.lr)
    views = together(augmenter(params.weak), augmenter(params.strong))
    watch = Watch(run, method, data, head=head)
    for epoch in epochs(run, SELF_LABEL, params.epochs, resumes=[descent, watch]):
        for batch in epoch.batches(data, _batch_size(method, params), views):
            weak, strong = batch.view().chunk(2)
            with torch.no_grad():
                labels, confident = pseudo_labels(head(method.embed(weak)), params.threshold)
            some = bool(confident.any())
            epoch.record(confident=confident.float().mean(), skipped=float(not some))
            if not some:
                run.check()
                continue
            logits, balanced = head(method.embed(strong)), params.class_balanced
            loss = confident_cross_entropy(logits, labels, confident, class_balanced=balanced)
            epoch.descend(loss, descent)
        watch.look(epoch)


def _batch_size(method: Headed, params: SelfLabelParams) -> int:
    return params.batch_size or method.params.batch_size
