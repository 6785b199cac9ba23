"""`python -m tests.clustering.one_rank RANK SIZE ADDRESS`: a process of test_ranks; prints what it finds."""

import json
import sys
from typing import Any

import numpy as np
import torch
from torch import nn

from clustering import engine
from clustering.data import Data
from clustering.describe import describe
from clustering.errors import Drained
from clustering.nets import Contrastive
from clustering.params import PARAMS, parse
from clustering.params.training import AdamOptimizer, Schedule
from clustering.ranks import Ranks, joined
from clustering.run import Run
from clustering.stages.pretraining import Recipe, contrast
from tests.clustering.methods.tiny import labels_of, samples, tiny

STEPS = 20
IMAGES = np.random.default_rng(0).integers(0, 256, (33, 8, 8, 3), dtype=np.uint8)
"""As many as a batch holds, so that an epoch is a step; no multiple of two."""
DCN = {
    "method": "dcn",
    "n_clusters": 3,
    "net": {"type": "mlp", "hidden": [16]},
    "embedding_dim": 4,
    "batch_size": len(IMAGES),
    "augment": {"type": "affine"},
    "pretrain_epochs": STEPS,
    "epochs": STEPS,
    "clip_norm": 1.0,
}


WITHOUT_NORMS = [
    name for name, params in PARAMS.items() if params.trains_a_net and not tiny(name).has_batch_norms
]


def contrasted(ranks: Ranks) -> list[float]:
    """Losses of steps that contrast views of all ranks with each other."""
    run = Run(ranks=ranks)
    data = Data.of(IMAGES)
    run.seed_global("init")
    net = encoder()
    net.ranks = ranks
    recipe = Recipe(STEPS, 2e-3, data.n, 1.0, flipped, AdamOptimizer(), Schedule())
    contrast(run, net, data, recipe, temperature=0.5)
    return [metrics.values["loss"] for metrics in run.journal.curves]


def encoder() -> Contrastive:
    """A contrastive net without batch norm."""
    trunk = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.Tanh(), nn.Flatten())
    return Contrastive(trunk, nn.Sequential(nn.Linear(72, 8), nn.Tanh(), nn.Linear(8, 6)), nn.Linear(6, 4))


def flipped(x, generator):
    """Images with noise, some of them turned around."""
    flip = torch.rand(len(x), generator=generator) < 0.5
    noise = torch.rand(x.shape, generator=generator)
    return 0.8 * torch.where(flip[:, None, None, None], x.flip(3), x) + 0.2 * noise


def clustered(ranks: Ranks) -> tuple[list[float], list[int]]:
    """Losses and labels of a whole fit."""
    result = engine.fit(IMAGES, parse(DCN), Run(ranks=ranks))
    return [m.values["loss"] for m in result.curves], result.clusterings[0].labels.tolist()


def drained(ranks: Ranks) -> str:
    """Where a fit stopped of which the leading rank alone was asked to."""
    try:
        engine.fit(IMAGES, parse(DCN), Run(ranks=ranks, stop=lambda: "drain" if ranks.leads else None))
    except Drained as stopped:
        return str(stopped)
    return "not at all"


def found_by(name: str, ranks: Ranks) -> list[list[int]]:
    """Labels of each clustering of a tiny fit; what came out is then described by the leading rank alone."""
    x = samples(name)
    result = engine.fit(x, tiny(name), Run(ranks=ranks, score=scored))
    if ranks.leads:
        describe(result, x, {})
    return [labels.tolist() for labels in labels_of(result)]


def scored(positions, labels, z) -> dict[str, float]:
    """A figure for the curves."""
    return {"width": float(z.std())}


def found(rank: int, size: int, address: str) -> dict[str, Any]:
    """What comes out of all fits beside the other ranks."""
    with joined(rank, size, address, "cpu") as ranks:
        losses, labels = clustered(ranks)
        return {
            "contrasted": contrasted(ranks),
            "clustered": losses,
            "labels": labels,
            "drained": drained(ranks),
            "every": {name: found_by(name, ranks) for name in WITHOUT_NORMS},
        }


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.stdout.write(json.dumps(found(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])) + "\n")
