"""What every method is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import torch
from torch import Tensor, nn

from clustering.data import Data
from clustering.errors import Unsupported
from clustering.extras import Extra
from clustering.nets import Net
from clustering.params.base import MethodParams
from clustering.passes import in_blocks
from clustering.run import Run

P = TypeVar("P", bound=MethodParams)


@dataclass(frozen=True)
class Clustering:
    """One partition of the samples."""

    labels: Tensor
    """(n,) int64; -1 is an outlier of this clustering."""
    soft: Tensor | None
    """(n, k) float32, each row on the simplex."""
    centers: Tensor | None
    """(k, d) float32, in the embedding."""
    weights: Tensor | None = None
    """(d,) float32, at least 0: how much each dimension of the embedding belongs to this clustering, where a
    method finds several clusterings or isolates one; its distances weigh squared differences by them."""
    weight_power: int = 1
    """1 or 2: the power that the weights are raised to in those distances."""
    name: str | None = None
    """What tells it from the method's other clusterings."""

    def settled(self) -> "Clustering":
        """The same on the CPU, without gradients."""
        given = {"soft": self.soft, "centers": self.centers, "weights": self.weights}
        kept = {field: None if t is None else t.detach().float().cpu() for field, t in given.items()}
        return Clustering(self.labels.cpu(), **kept, weight_power=self.weight_power, name=self.name)


class Method(nn.Module, ABC, Generic[P]):
    """A clustering method over its params; whatever a resumed or later run needs is a parameter or a buffer.

    A method with cluster centers in the embedding keeps them as parameter or buffer `centers`.

    Args:
        params: the method's own.
        shape: of one sample as the method sees it: (d,) for vectors, (c, h, w) for images.
    """

    centers: Tensor | None
    """(k, d), where the method has them."""

    def __init__(self, params: P, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.params = params
        self.shape = shape
        self.register_buffer("centers", None)

    def stages(self) -> dict[str, int]:
        """Epochs of each stage in order, as `fit` will name them; progress over the whole fit needs it."""
        return {}

    @abstractmethod
    def fit(self, data: Data, run: Run) -> None:
        """Learn from the samples."""

    def adopt(self, trained: "Method[Any]") -> None:
        """Take over what a fit that starts from a trained model takes over from it: its network."""
        net, learned = (cast(Net, method.get_submodule("net")) for method in (self, trained))
        net.adopt(learned)

    @abstractmethod
    def embed(self, x: Tensor) -> Tensor:
        """Embed samples (b, *shape) into (b, d)."""

    def assign(self, z: Tensor) -> Tensor:  # noqa: ARG002
        """Soft assignment (b, k) of embeddings (b, d), each row on the simplex."""
        raise Unsupported(f"{self.params.title} has no soft assignment of embeddings.")

    def label(self, z: Tensor) -> Tensor:
        """Cluster (b,) int64 of embeddings (b, d)."""
        return self.assign(z).argmax(dim=1)

    def label_each(self, z: Tensor) -> Tensor:
        """Clusters (b, s) int64 of embeddings (b, d) in every clustering, the main one first."""
        return self.label(z)[:, None]

    def decode(self, z: Tensor) -> Tensor:  # noqa: ARG002
        """Samples (b, *shape) in the fitted scale, from embeddings (b, d)."""
        raise Unsupported(f"{self.params.title} has no decoder.")

    def clusterings(self, z: Tensor) -> list[Clustering]:
        """The fitted partitions of all samples, given their embeddings (n, d)."""
        if self.params.kind == "pretrain":
            return []
        soft = in_blocks(self.assign, z) if self.params.can("soft") else None
        labels = in_blocks(self.label, z)
        centers = None if self.centers is None else self.centers.detach().clone()
        return [Clustering(labels, soft, centers)]

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:  # noqa: ARG002
        """What the fitted method shows beside its clusterings, by name: each becomes a file of the result.

        Args:
            data: the samples it was fitted to.
            z: (n, d) their embeddings.
        """
        return {}

    def load(self, state: dict[str, Tensor]) -> None:
        """Take over a fitted state; buffers whose size the data decided take the saved size."""
        for name, buffer in self.named_buffers():
            if name in state and buffer.shape != state[name].shape:
                owner, _, leaf = name.rpartition(".")
                setattr(self.get_submodule(owner), leaf, torch.empty_like(state[name]))
        self.load_state_dict(state)
