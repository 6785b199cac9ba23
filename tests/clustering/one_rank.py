"""`python -m tests.clustering.one_rank RANK SIZE ADDRESS`: one of the processes of test_ranks; its curves."""

import json
import sys

import numpy as np
import torch
from torch import nn

from clustering import engine
from clustering.data import Data
from clustering.nets import Contrastive
from clustering.params import parse
from clustering.params.training import AdamOptimizer, Schedule
from clustering.ranks import Ranks, joined
from clustering.run import Run
from clustering.stages.pretraining import Recipe, contrast

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


def main(rank: int, size: int, address: str) -> None:
    """Fit beside the other ranks, and print what came out."""
    torch.set_num_threads(1)
    with joined(rank, size, address, "cpu") as ranks:
        losses, labels = clustered(ranks)
        found = {"contrasted": contrasted(ranks), "clustered": losses, "labels": labels}
        sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
