"""Run the members of an ensemble on an embedding."""

from collections.abc import Sequence

import torch
from torch import Tensor

import clustering.methods as registry
from clustering.data import Data
from clustering.params.base import ClusterParams
from clustering.params.members import EnsembleMember
from clustering.run import Run, Stop
from clustering.train import Epoch


def names(members: Sequence[EnsembleMember]) -> list[str]:
    """A name for each member: its method's, numbered from the second of the same method on."""
    methods = [member.method for member in members]
    seen = [methods[: i + 1].count(method) for i, method in enumerate(methods)]
    return [
        method if count == 1 else f"{method}_{count}" for method, count in zip(methods, seen, strict=True)
    ]


def partitions(epoch: Epoch, z: Tensor, specs: Sequence[ClusterParams], until: float) -> Tensor:
    """(q, n) int64 clusters of embeddings (n, d) by each of q members, -1 where one calls it an outlier.

    Args:
        epoch: the round; hears of each member that is done.
        z: the embeddings, standardized.
        specs: the members' params.
        until: share of the round that lies behind with the last of them.
    """
    found = []
    data = Data.of(z.cpu().numpy(), scale="none", device=epoch.run.device)
    for i, params in enumerate(specs):
        epoch.reach(until * i / len(specs))
        found.append(_labels(data, params, inside(epoch.run, f"member {i}", epoch.number)))
    return torch.stack(found).to(z.device)


def _labels(data: Data, params: ClusterParams, run: Run) -> Tensor:
    with torch.random.fork_rng([]):
        run.seed_global("init")
        method = registry.build(params, data.shape).to(run.device)
        method.fit(data, run)
        method.eval()
        z = torch.cat([method.embed(x).detach() for x in data.blocks(data.n)])
    return method.clusterings(z)[0].labels


def inside(run: Run, purpose: str, epoch: int = 0) -> Run:
    """The surroundings of a method in another: it hears a cancel, keeps no checkpoints, reports nothing."""

    def stop() -> Stop | None:
        return "cancel" if run.stop() == "cancel" else None

    return Run(
        seed=run.seed_for(purpose, epoch),
        device=run.device,
        stop=stop,
        memory_budget_bytes=run.memory_budget_bytes,
    )
