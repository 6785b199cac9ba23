"""Break the reclustering barrier."""

from collections.abc import Callable
from copy import deepcopy
from typing import Protocol, runtime_checkable

import torch
from torch import Generator, Tensor
from torch.nn.functional import normalize
from torch.optim import Optimizer

from clustering.data import Data
from clustering.errors import Collapsed
from clustering.nets.net import Net
from clustering.nets.reset import reset
from clustering.params.brb import BRBParams
from clustering.params.dcn import DCNParams
from clustering.params.deep import DeepParams
from clustering.params.steps import steps_an_epoch
from clustering.partition.distances import nearest_center
from clustering.partition.kmeans import means_of
from clustering.passes import embed_all, in_blocks
from clustering.run import Run
from clustering.stages.centers import place, some
from clustering.train import Epoch

MOMENTS = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq", "momentum_buffer")


class Centered(Protocol):
    """A method with centers in the embedding of a network."""

    @property
    def params(self) -> DeepParams: ...
    @property
    def net(self) -> Net: ...
    @property
    def centers(self) -> Tensor: ...
    def embed(self, x: Tensor) -> Tensor: ...
    def label(self, z: Tensor) -> Tensor: ...


@runtime_checkable
class Counting(Protocol):
    """A method whose centers slow down with the samples that they have met."""

    @property
    def params(self) -> DCNParams: ...
    @property
    def counts(self) -> Tensor: ...


def reset_and_recluster(
    run: Run, epoch: Epoch, method: Centered, data: Data, *, optimizer: Optimizer | None
) -> None:
    """Reset weights softly, place the centers anew and take their momentum, if the epoch is due for it.

    Called at the top of each epoch; due is the first epoch after each whole interval. Its means then hold
    a `reset` of 1.

    Args:
        run: the surroundings.
        epoch: the one about to begin.
        method: what is reset; its centers are written in place.
        data: all samples.
        optimizer: whose moments of the centers go to zero, if it has any; those of the network stay.

    Raises:
        Collapsed: the samples seen have fewer distinct embeddings than there are clusters.
        Diverged: an embedding is not finite.

    Source:
        Miklautz et al. 2025 (BRB), algorithm 1; the ablations are those of appendices F and H.13. Departs:
        the samples seen are drawn at random instead of being the first, and DCN's counts start anew, for
        they are what slows its centers down.
    """
    brb = method.params.brb
    if brb is None or epoch.number == 1 or (epoch.number - 1) % interval(method.params, brb, data.n) != 0:
        return
    part = data.part(_sample(brb, run, epoch, n=data.n, least=method.params.n_clusters))
    centers = _new_centers(brb, run, epoch, method=method, part=part)
    with torch.no_grad():
        method.centers.copy_(centers)
    if brb.reset_moments:
        forget(method.centers, optimizer)
        _restart_counts(method)
    epoch.record(reset=1.0)


def interval(params: DeepParams, brb: BRBParams, n: int) -> int:
    """Epochs from one reset to the next, of n samples each."""
    return brb.epochs_between(steps_an_epoch(n, params.batch_size))


def resets_after(epoch: Epoch, params: DeepParams, n: int) -> bool:
    """Whether a later epoch of the stage, of n samples, begins with a reset."""
    if params.brb is None:
        return False
    every = interval(params, params.brb, n)
    return (epoch.count - 1) // every * every >= epoch.number


def forget(weight: Tensor, optimizer: Optimizer | None) -> None:
    """Set to zero what an optimizer remembers of a parameter's gradients; the count of its steps stays.

    Args:
        weight: the parameter; nothing happens if the optimizer does not step it, or has not yet.
        optimizer: Adam, AdamW, SGD or none.
    """
    state = {} if optimizer is None else optimizer.state.get(weight, {})
    for name in MOMENTS:
        if isinstance(state.get(name), Tensor):
            state[name].zero_()


def _restart_counts(method: object) -> None:
    if isinstance(method, Counting):
        method.counts.fill_(method.params.first_count)


def _sample(brb: BRBParams, run: Run, epoch: Epoch, *, n: int, least: int) -> Tensor:
    """Positions of the samples that the reclustering sees."""
    size = max(brb.samples, least)
    if brb.samples_from == "first":
        return torch.arange(min(size, n))
    return some(n, size, torch.Generator().manual_seed(run.seed_for("brb samples", epoch.number)))


def _new_centers(brb: BRBParams, run: Run, epoch: Epoch, *, method: Centered, part: Data) -> Tensor:
    """Perturb the method, then find its centers (k, d) from the embeddings of some samples."""
    if brb.recluster == "means":
        labels = in_blocks(method.label, embed_all(run, method, part))
        return _means(_perturbed(brb, run, epoch, method=method, part=part), labels, method.centers)
    if brb.recluster == "none":
        return _as_they_are(brb, run, epoch, method=method, part=part)
    z = _perturbed(brb, run, epoch, method=method, part=part)
    generator = torch.Generator().manual_seed(run.seed_for("brb centers", epoch.number))
    centers = place(z, len(method.centers), generator, by=brb.recluster, n_init=brb.n_init)
    if brb.perturbation == "reset_copy":
        return _means(embed_all(run, method, part), nearest_center(z, centers), method.centers)
    return centers


def _as_they_are(brb: BRBParams, run: Run, epoch: Epoch, *, method: Centered, part: Data) -> Tensor:
    """The centers (k, d) that the method has, after a perturbation; hardly any sample is embedded."""

    def first(count: int) -> Tensor:
        return embed_all(run, method, part.part(torch.arange(count)))

    reset(method.net, brb, run.generator("brb perturbation", epoch.number))
    _refuse_collapse(epoch, first, n=part.n, k=len(method.centers))
    return method.centers


def _perturbed(brb: BRBParams, run: Run, epoch: Epoch, *, method: Centered, part: Data) -> Tensor:
    """The embeddings (m, d) after a perturbation of weights, of a copy's weights, or of themselves."""
    generator = run.generator("brb perturbation", epoch.number)
    reached = deepcopy(method) if brb.perturbation == "reset_copy" else method
    if brb.perturbation != "embedding_noise":
        reset(reached.net, brb, generator)
    z = embed_all(run, reached, part)
    _refuse_collapse(epoch, lambda count: z[:count], n=len(z), k=len(method.centers))
    return _noisy(z, brb.noise, generator) if brb.perturbation == "embedding_noise" else z


def _noisy(z: Tensor, noise: float, generator: Generator) -> Tensor:
    """Embeddings (m, d), each plus Gaussian noise of a share of its length.

    Source:
        Miklautz et al. 2025 (BRB), eq. 18.
    """
    direction: Tensor = normalize(torch.randn(z.shape, generator=generator, device=z.device), dim=1)
    length: Tensor = torch.linalg.vector_norm(z, dim=1, keepdim=True)
    return z + noise * length * direction


def _means(z: Tensor, labels: Tensor, centers: Tensor) -> Tensor:
    """Means (k, d) of the embeddings of each cluster; the center it has where a cluster has none."""
    means, sizes = means_of(z, labels, len(centers))
    return torch.where(sizes[:, None] > 0, means, centers)


def _refuse_collapse(epoch: Epoch, first: Callable[[int], Tensor], *, n: int, k: int) -> None:
    """Count distinct embeddings, of no more samples than it takes to find k.

    Args:
        epoch: begins with the reset.
        first: the embeddings (m, d) of the first m samples.
        n: samples that there are.
        k: clusters.

    Raises:
        Collapsed: there are fewer than k.
    """
    size, distinct = 0, 0
    while distinct < k and size < n:
        size = min(n, max(2 * k, 4 * size))
        distinct = len(torch.unique(first(size), dim=0))
    if distinct < k:
        where = f"the reset of epoch {epoch.number} of {epoch.count}"
        raise Collapsed(
            f"After {where}, {n} samples have {distinct} distinct embeddings; {k} clusters need at "
            f"least {k}. An alpha closer to 1, a longer interval or a smaller learning rate may help."
        )
