"""Look at the embedding from time to time while a clustering trains."""

import math
from collections.abc import Callable
from typing import Protocol, TypedDict, runtime_checkable

import torch
from torch import Tensor

from clustering.data import Data
from clustering.metrics.agreement import label_change
from clustering.metrics.embedding import uncertainty
from clustering.metrics.structure import silhouette
from clustering.params.deep import DeepParams
from clustering.params.heads import HeadsParams
from clustering.params.spaces import SpacesParams
from clustering.passes import embed_all, in_blocks
from clustering.run import Run
from clustering.stages.brb import resets_after
from clustering.train import Epoch

FEWEST, MOST = 250, 1000
"""Samples that a look takes in; between them a quarter of all, so that looks stay cheap beside epochs."""


class Labeling(Protocol):
    """The part of a method that can be looked at."""

    @property
    def params(self) -> DeepParams | SpacesParams | HeadsParams: ...
    def embed(self, x: Tensor) -> Tensor: ...
    def label(self, z: Tensor) -> Tensor: ...


@runtime_checkable
class Watched(Labeling, Protocol):
    """The same of a method with centers."""

    def measured(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Embeddings (m, d) and centers (k, d) in the space whose Euclidean distances are meant."""


class Seen(TypedDict):
    """What a watch remembers."""

    looked: Tensor | None
    """(m,) clusters at the last look."""
    before: Tensor | None
    """(n,) clusters after the epoch before, where the stage may end early."""


class Watch:
    """Records what happens inside a clustering, and ends its stage once clusters hardly change.

    Over a head that gives the labels, centers tell nothing of them: there is no `distance_ratio` then, and no
    early end.

    A look happens after every `observe_every`-th epoch, after one in which a `reset` was recorded and after
    the last one. It takes in the same random samples each time, a quarter of all but at least 250 and at most
    1,000, in evaluation mode, and records

    - `label_change`: 1 - NMI between the clusters at the last look and now; none at the first look;
    - `distance_ratio`: mean distance to the nearest over that to the second nearest center;
    - `silhouette` in the embedding; none while only one cluster has samples;
    - what the run's `score` says of them; figures that are not finite are left out.

    With `stop_below` the clusters of all samples are found after every epoch, which costs one more pass
    without gradients, and `changed` is recorded: the share of samples in another cluster than after the
    epoch before, unknown after the first. The stage ends after an epoch in which it is smaller than
    `stop_below`, but never while a reset is still to come: that is there to end such a standstill. Clusters
    that a reset renumbers count as changed.

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
        if self.head is None and not isinstance(params, HeadsParams) and params.stop_below is not None:
            z = embed_all(self.run, self.method, self.data)
            self._follow(epoch, z, params.stop_below)
        if self._due(epoch):
            seen = embed_all(self.run, self.method, self.part) if z is None else z[self.index]
            self._record(epoch, seen)

    def _follow(self, epoch: Epoch, z: Tensor, stop_below: float) -> None:
        labels, before = in_blocks(self._label, z), self._seen["before"]
        self._seen["before"] = labels
        if before is None:
            return
        changed = int((labels != before).sum()) / len(labels)
        epoch.record(changed=changed)
        params = self.method.params
        resets = isinstance(params, DeepParams) and resets_after(epoch, params, self.data.n)
        if changed < stop_below and not resets:
            epoch.end_stage()

    def _label(self, z: Tensor) -> Tensor:
        return self.method.label(z) if self.head is None else self.head(z).argmax(dim=1)

    def _due(self, epoch: Epoch) -> bool:
        every = self.method.params.observe_every
        return every > 0 and (epoch.number % every == 0 or epoch.last or epoch.has("reset"))

    def _record(self, epoch: Epoch, z: Tensor) -> None:
        labels = in_blocks(self._label, z).cpu()
        found = self._figures(z, labels)
        if self.run.score is not None:
            found |= self.run.score(self.index.cpu().clone(), labels.clone(), z.float().cpu().clone())
        epoch.record(**{name: value for name, value in found.items() if math.isfinite(value)})
        self._seen["looked"] = labels

    def _figures(self, z: Tensor, labels: Tensor) -> dict[str, float]:
        if self.head is None and isinstance(self.method, Watched):
            rows, centers = (part.float().cpu().numpy() for part in self.method.measured(z))
            found = {"distance_ratio": uncertainty(rows, centers)}
        else:
            rows, found = z.float().cpu().numpy(), {}
        found["silhouette"] = silhouette(rows, labels.numpy())
        if self._seen["looked"] is not None:
            found["label_change"] = label_change(self._seen["looked"].numpy(), labels.numpy())
        return found

    def state_dict(self) -> Seen:
        """What a resumed run goes on from."""
        return self._seen

    def load_state_dict(self, state_dict: Seen, /) -> None:
        """Go on from a state."""
        before = state_dict["before"]
        if before is not None:
            before = before.to(self.data.device)
        self._seen = Seen(looked=state_dict["looked"], before=before)
