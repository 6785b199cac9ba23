"""What all methods over a network are."""

from typing import Any, Generic, TypeVar, cast

from torch import Tensor

from clustering.errors import Unsupported
from clustering.methods.base import Method
from clustering.nets import Autoencoder, Net, network
from clustering.params.base import NetParams

N = TypeVar("N", bound=NetParams)


class OverNetwork(Method[N], Generic[N]):
    """A method whose embedding is a network's code."""

    def __init__(self, params: N, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.net = network(shape, params)

    def adopt(self, trained: Method[Any]) -> None:
        self.net.adopt(cast(Net, trained.get_submodule("net")))

    def embed(self, x: Tensor) -> Tensor:
        return self.net.encode(x)

    def decode(self, z: Tensor) -> Tensor:
        if not isinstance(self.net, Autoencoder):
            raise Unsupported(f"A {self.params.net.type} net has no decoder.")
        return self.net.decode(z)
