"""What all methods over an autoencoder are."""

from typing import Generic, TypeVar

from torch import Tensor

from clustering.methods.base import Method
from clustering.nets import autoencoder
from clustering.params.base import NetParams

N = TypeVar("N", bound=NetParams)


class OverAutoencoder(Method[N], Generic[N]):
    """A method whose embedding is an autoencoder's code."""

    def __init__(self, params: N, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.net = autoencoder(shape, params)

    def embed(self, x: Tensor) -> Tensor:
        return self.net.encode(x)

    def decode(self, z: Tensor) -> Tensor:
        return self.net.decode(z)
