"""Networks for losses that compare views: an encoder and a projector, no decoder."""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from torch import Tensor, nn

from clustering.nets.mlp import mlp
from clustering.nets.net import Net
from clustering.nets.precision import Precision, products
from clustering.nets.resnet import Trunk
from clustering.params.base import NetParams
from clustering.params.nets import ContrastiveNet

C = TypeVar("C", bound="Contrastive")


class Contrastive(Net):
    """A residual encoder with a feed-forward head, and a projector behind the embedding.

    Args:
        trunk: from images to features.
        head: from features to embeddings (b, d).
        projector: from embeddings to projections, on which views are compared.
        precision: of the products inside.
    """

    kept: ClassVar[tuple[str, ...]] = ("encoder", "projector")

    def __init__(
        self, trunk: Trunk, head: nn.Sequential, projector: nn.Module, precision: Precision = "float32"
    ) -> None:
        super().__init__(nn.Sequential(trunk, *head), precision)
        self.projector = projector

    @property
    def blocks(self) -> Sequence[nn.Module]:
        return [
            stage for trunk in self.encoder.modules() if isinstance(trunk, Trunk) for stage in trunk.stages
        ][::-1]

    def project(self, z: Tensor) -> Tensor:
        """Projections (b, e) of embeddings (b, d)."""
        with products(self.precision, z):
            projected: Tensor = self.projector(z)
        return projected.float()

    def forward(self, x: Tensor) -> Tensor:
        """Projections (b, e) of images (b, c, h, w)."""
        return self.project(self.encode(x))


class Bootstrapped(Contrastive):
    """A contrastive net whose projector has batch norm, which no other method's has."""

    kept = ("encoder",)


def contrastive(shape: tuple[int, ...], net: ContrastiveNet, params: NetParams) -> Contrastive:
    """A contrastive net of this architecture, for images of this shape (c, h, w).

    Source:
        Miklautz et al. 2025 (BRB), appendix E.7: ResNet-18, hidden layers with batch norm, a projector
        without.
    """
    return _built(Contrastive, shape, net, params)


def bootstrapped(shape: tuple[int, ...], net: ContrastiveNet, params: NetParams) -> Bootstrapped:
    """The same with batch norm in the projector.

    Source:
        Grill et al. 2020 (BYOL), section 3.3.
    """
    return _built(Bootstrapped, shape, net, params)


def _built(kind: type[C], shape: tuple[int, ...], net: ContrastiveNet, params: NetParams) -> C:
    trunk = Trunk(shape[0], depth=net.depth, width=net.width, stem=net.stem)
    head = mlp([trunk.width, *net.hidden, params.embedding_dim], norm=True)
    projector: nn.Module = nn.Identity()
    if net.projector:
        projector = mlp([params.embedding_dim, *net.projector], norm=kind is Bootstrapped)
    return kind(trunk, head, projector, params.precision)
