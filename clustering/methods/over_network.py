"""What all methods over a network are."""

from typing import Generic, TypeVar

from torch import Tensor

from clustering.errors import Unsupported
from clustering.methods.base import Method
from clustering.nets import Autoencoder, network
from clustering.params.base import NetParams

N = TypeVar("N", bound=NetParams)


class OverNetwork(Method[N], Generic[N]):
    """A method whose embedding is a network's code."""

    def __init__(self, params: N, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.net = network(shape, params)

    def embed(self, x: Tensor) -> Tensor:
        return self.net.encode(x)

    def decode(self, z: Tensor) -> Tensor:
        if not isinstance(self.net, Autoencoder):
            raise Unsupported(f"A {self.params.net.type} net has no decoder.")
        return self.net.decode(z)
