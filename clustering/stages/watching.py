"""Look at the embedding from time to time while a clustering trains."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypedDict, runtime_checkable

import torch
from torch import Tensor

from clustering.data import Data
from clustering.metrics.agreement import label_change
from clustering.metrics.embedding import uncertainty
from clustering.metrics.structure import silhouette
from clustering.params.deep import DeepParams, SelfLabelledParams
from clustering.params.heads import HeadsParams
from clustering.params.spaces import SpacesParams
from clustering.passes import embed_all, in_blocks
from clustering.run import Run
from clustering.stages.brb import resets_after
from clustering.train import Epoch

FEWEST, MOST = 250, 1000
"""Samples that a look takes in; between them a quarter of all, so that looks stay cheap beside epochs."""


OF_CLASSES = frozenset({"intra_class", "inter_class"})
"""Figures of a score that are the same whatever the labels, which heads over one embedding share."""


class Labeling(Protocol):
    """The part of a method that can be looked at."""

    @property
    def params(self) -> SelfLabelledParams | SpacesParams | HeadsParams: ...
    def embed(self, x: Tensor) -> Tensor: ...
    def label_each(self, z: Tensor) -> Tensor:
        """Clusters (b, s) of embeddings (b, d) in every clustering, the main one first."""


@runtime_checkable
class Watched(Labeling, Protocol):
    """The same of a method with centers."""

    def measured(self, z: Tensor) -> Sequence[tuple[Tensor, Tensor]]:
        """Embeddings (m, d) and centers (k, d), for each clustering in the space whose distances it means."""


class Seen(TypedDict):
    """What a watch remembers."""

    looked: Tensor | None
    """(m, s) clusters at the last look."""
    before: Tensor | None
    """(n, s) clusters after the epoch before, where the stage may end early."""


class Watch:
    """Records what happens inside a clustering, and ends its stage once clusters hardly change.

    Over heads that give the labels, centers tell nothing of them: there is no `distance_ratio` then, and no
    early end.

    Args:
        run: hears of cancels, and may score labels.
        method: what is looked at.
        data: its samples.
        head: logits (b, k) of embeddings, or (h, b, k) of several heads; None of a method with centers.

    A look happens after every `observe_every`-th epoch, after one in which a `reset` was recorded and after
    the last one. It takes in the same random samples each time, a quarter of all but at least 250 and at most
    1,000, in evaluation mode, and records

    - `label_change`: 1 - NMI between the clusters at the last look and now; none at the first look;
    - `distance_ratio`: mean distance to the nearest over that to the second nearest center;
    - `silhouette` in the embedding; none while only one cluster has samples;
    - what the run's `score` says of them; figures that are not finite are left out.

    Each in the space that the clustering means. Where a method has several, all are looked at, and the name
    of a figure carries the clustering's index: `silhouette_1`, and of a label column `nmi_1/digit`; of
    several heads, whose place in the result is not known before the end, the head's number, as the result
    names it: `silhouette_head_1` is that of "head 1". What they share is told once, without a number.

    With `stop_below` the clusters of all samples are found after every epoch, which costs one more pass
    without gradients, and `changed` is recorded: the share of samples in another cluster than after the
    epoch before, of several clusterings the largest, unknown after the first. The stage ends after an epoch
    in which it is smaller than `stop_below`, but never while a reset is still to come: that is there to end
    such a standstill. Clusters that a reset renumbers count as changed.

    Source:
        Xie et al. 2016, section 3.3.1, for the end, with epochs instead of refreshes of the target;
        Miklautz et al. 2025 (BRB), for what is recorded.
    """

    def __init__(
        self,
        run: Run,
        method: Labeling,
        data: Data,
        *,
        head: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        self.run, self.method, self.data, self.head = run, method, data, head
        order = torch.randperm(data.n, generator=run.generator("watch"), device=data.device)
        self.index = order[: min(MOST, max(FEWEST, data.n // 4))].sort().values
        self.part = data.part(self.index)
        self._seen = Seen(looked=None, before=None)

    def look(self, epoch: Epoch) -> None:
        """Call it at the end of each epoch of the clustering.

        Raises:
            Diverged: not all embeddings are finite.
            Cancelled: the run was told to stop at once.
        """
        z, params = None, self.method.params
        if self.head is None and isinstance(params, DeepParams | SpacesParams) and params.stop_below:
            z = embed_all(self.run, self.method, self.data)
            self._follow(epoch, z, params.stop_below)
        if self._due(epoch):
            seen = embed_all(self.run, self.method, self.part) if z is None else z[self.index]
            self._record(epoch, seen)

    def _follow(self, epoch: Epoch, z: Tensor, stop_below: float) -> None:
        labels, before = in_blocks(self._labels, z), self._seen["before"]
        self._seen["before"] = labels
        if before is None:
            return
        changed = int((labels != before).sum(dim=0).max()) / len(labels)
        epoch.record(changed=changed)
        params = self.method.params
        resets = isinstance(params, DeepParams) and resets_after(epoch, params, self.data.n)
        if changed < stop_below and not resets:
            epoch.end_stage()

    def _labels(self, z: Tensor) -> Tensor:
        if self.head is None:
            return self.method.label_each(z)
        labels = self.head(z).argmax(dim=-1)
        return labels[:, None] if labels.ndim == 1 else labels.T

    def _due(self, epoch: Epoch) -> bool:
        every = self.method.params.observe_every
        return every > 0 and (epoch.number % every == 0 or epoch.last or epoch.has("reset"))

    def _record(self, epoch: Epoch, z: Tensor) -> None:
        labels, before = in_blocks(self._labels, z).cpu(), self._seen["looked"]
        spaces: Sequence[tuple[Tensor, Tensor | None]] = [(z, None)] * labels.shape[1]
        if self.head is None and isinstance(self.method, Watched):
            spaces = self.method.measured(z)
        for place, (rows, centers) in enumerate(spaces):
            one = labels[:, place]
            found = _figures(rows, one, centers)
            if before is not None:
                found["label_change"] = label_change(before[:, place].numpy(), one.numpy())
            if self.run.score is not None:
                found |= self.run.score(self.index.cpu().clone(), one.clone(), rows.float().cpu().clone())
            known = {name: value for name, value in found.items() if math.isfinite(value)}
            one_of = place if self.head is None else f"head_{place + 1}"
            if self.head is not None and len(spaces) > 1:
                known, shared = _apart(known)
                epoch.record(**shared)
            epoch.record(**(known if len(spaces) == 1 else of_clustering(one_of, known)))
        self._seen["looked"] = labels

    def state_dict(self) -> Seen:
        """What a resumed run goes on from."""
        return self._seen

    def load_state_dict(self, state_dict: Seen, /) -> None:
        """Go on from a state."""
        before = state_dict["before"]
        if before is not None:
            before = before.to(self.data.device)
        self._seen = Seen(looked=state_dict["looked"], before=before)


def _apart(figures: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Figures of the labels, and those of the embedding under the true classes alone."""
    of_classes = {name: value for name, value in figures.items() if name.partition("/")[0] in OF_CLASSES}
    return {name: value for name, value in figures.items() if name not in of_classes}, of_classes


def of_clustering(place: int | str, figures: Mapping[str, float]) -> dict[str, float]:
    """Figures under names with what tells their clustering, before the label column if there is one."""
    parts = {name: name.partition("/") for name in figures}
    return {f"{parts[name][0]}_{place}{''.join(parts[name][1:])}": value for name, value in figures.items()}


def _figures(rows: Tensor, labels: Tensor, centers: Tensor | None) -> dict[str, float]:
    seen = rows.float().cpu().numpy()
    found = {} if centers is None else {"distance_ratio": uncertainty(seen, centers.float().cpu().numpy())}
    return found | {"silhouette": silhouette(seen, labels.numpy())}
