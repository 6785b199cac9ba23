"""Several processes that compute one fit together, each on a device of its own.

All ranks hold the same samples and the same state, draw the same batches and views and compute the same
losses. Only what costs is cut: each rank passes its rows of a batch through the network and hands what comes
out to all others, so that a contrastive loss sees the negatives of all. A fit by several ranks is the fit by
one, up to the order of sums, whatever the method.

Gradients: what all ranks hold has the same, whole gradient on each. `_Join` hands its own rows of it, times
the number of ranks, to the network, and `_Cut` gathers and divides what comes out at the network's other
end. So the mean over ranks is the gradient of every parameter, of those that all ranks compute with and of
those that saw only a part; this is also what PyTorch's DistributedDataParallel takes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.optim import Optimizer

from clustering.errors import InvalidData

BatchNorm = nn.modules.batchnorm._BatchNorm


@dataclass(frozen=True)
class Ranks:
    """The processes of a fit, and which of them this one is; by default it is alone."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process reports, keeps checkpoints and hears stops for all."""
        return self.rank == 0

    def spread(self, function: Callable[[Tensor], Tensor], rows: Tensor) -> Tensor:
        """Apply a row-wise function to (b, ...), each rank to its own rows; all get (b, ...) whole.

        Fewer rows than ranks are computed by each rank for itself.
        """
        if self.size == 1 or len(rows) < self.size:
            return function(rows)
        own: Tensor = _Cut.apply(rows, self)  # type: ignore[no-untyped-call]
        whole: Tensor = _Join.apply(function(own), len(rows), self)  # type: ignore[no-untyped-call]
        return whole

    def span(self, n: int) -> slice:
        """This rank's rows of n."""
        bounds = [n * rank // self.size for rank in (self.rank, self.rank + 1)]
        return slice(*bounds)

    def join(self, own: Tensor, n: int) -> Tensor:
        """All rows (n, ...) on each rank, from the own ones of each."""
        whole = own.new_zeros(n, *own.shape[1:])
        whole[self.span(n)] = own
        dist.all_reduce(whole)
        return whole

    def average(self, optimizer: Optimizer) -> None:
        """Replace the gradients that the optimizer is about to follow by their means over ranks."""
        if self.size == 1:
            return
        parameters = (p for group in optimizer.param_groups for p in group["params"])
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.size
        parts = torch.split(flat, [gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def agree(self, said: Any) -> Any:
        """What the leading rank says, on each."""
        if self.size == 1:
            return said
        box = [said]
        dist.broadcast_object_list(box, src=0)
        return box[0]

    def synchronize(self, module: nn.Module, device: str) -> None:
        """Let the batch norms inside see the rows of all ranks.

        Raises:
            InvalidData: there are some, and the device is no GPU.
        """
        if self.size == 1 or not any(isinstance(part, BatchNorm) for part in module.modules()):
            return
        if not device.startswith("cuda"):
            raise InvalidData(
                f"The net has batch norms, which {self.size} processes can share on GPUs alone, not on "
                f"{device!r}; accepted there are nets without."
            )
        nn.SyncBatchNorm.convert_sync_batchnorm(module)  # type: ignore[no-untyped-call]


class _Cut(torch.autograd.Function):
    """Own rows of what all ranks hold."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, ranks: Ranks) -> Tensor:
        ctx.ranks, ctx.n = ranks, len(rows)
        return rows[ranks.span(len(rows))].clone()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return ctx.ranks.join(gradients[0], ctx.n) / ctx.ranks.size, None


class _Join(torch.autograd.Function):
    """All rows, from the own ones of each rank."""

    @staticmethod
    def forward(ctx: Any, own: Tensor, n: int, ranks: Ranks) -> Tensor:
        ctx.ranks, ctx.n = ranks, n
        return ranks.join(own, n)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return gradients[0][ctx.ranks.span(ctx.n)] * ctx.ranks.size, None, None


@contextmanager
def joined(rank: int, size: int, address: str, device: str) -> Iterator[Ranks]:
    """Meet the other processes of a fit, and part from them at the end.

    Args:
        rank: of this process, from 0.
        size: how many there are.
        address: the same for all, such as tcp://127.0.0.1:29500 or file:///tmp/a-file-of-this-fit.
        device: of this process; GPUs talk by NCCL, all else by Gloo.
    """
    if size == 1:
        yield Ranks()
        return
    if device.startswith("cuda"):
        torch.cuda.set_device(device)
    backend = "nccl" if device.startswith("cuda") else "gloo"
    dist.init_process_group(backend, init_method=address, rank=rank, world_size=size)
    try:
        yield Ranks(rank, size)
    finally:
        dist.destroy_process_group()
