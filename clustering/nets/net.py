"""What all networks are."""

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor, nn

from clustering.nets.precision import Precision, products
from clustering.ranks import Ranks


class Net(nn.Module):
    """An encoder; products take the params' precision, inputs and outputs are float32.

    Args:
        encoder: from samples (b, *shape) to (b, d), with a linear layer at the end.
        precision: of the products inside.
    """

    kept: ClassVar[tuple[str, ...]]
    """Its parts that a later fit takes over from a trained model."""

    def __init__(self, encoder: nn.Module, precision: Precision = "float32") -> None:
        super().__init__()
        self.encoder = encoder
        self.precision = precision
        self.ranks = Ranks()
        """The processes among which it cuts batches."""

    def encode(self, x: Tensor) -> Tensor:
        """Embeddings (b, d) of samples (b, *shape)."""
        return self.ranks.spread(self._encode, x)

    def _encode(self, x: Tensor) -> Tensor:
        with products(self.precision, x):
            z: Tensor = self.encoder(x)
        return z.float()

    @property
    def blocks(self) -> Sequence[nn.Module]:
        """The encoder's convolutional stages behind the stem, the deepest first; empty where it has none."""
        return ()

    def adopt(self, trained: "Net") -> None:
        """Take over the parts that a trained net of the same architecture keeps."""
        for part in trained.kept:
            self.get_submodule(part).load_state_dict(trained.get_submodule(part).state_dict())
