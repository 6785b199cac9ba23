import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
import torch
from torch import nn

from clustering import eager

TRAINING = """
import sys
import numpy as np
from clustering import engine
from clustering.params import parse

x = np.random.default_rng(0).random((20, 3))
spec = {"method": "dcn", "n_clusters": 2, "net": {"type": "mlp", "hidden": [4]}, "pretrain_epochs": 1,
        "epochs": 2, "brb": {"interval": 1}, "schedule": {"decay": "cosine"}}
for kind in ("adam", "adamw", "sgd"):
    engine.fit(x, parse(spec | {"optimizer": {"type": kind}}))
unwanted = {"torch._dynamo", "torch._inductor", "sympy", "sklearn", "pandas"}
raise SystemExit(sorted(unwanted & set(sys.modules)) or 0)
"""


@pytest.mark.parametrize("name", ["Adam", "AdamW", "SGD"])
def test_steps_are_those_of_pytorch_bit_for_bit(name):
    torch.manual_seed(0)
    ours, theirs = nn.Linear(4, 3), nn.Linear(4, 3)
    theirs.load_state_dict(ours.state_dict())
    options = {"lr": 0.1, "weight_decay": 0.01, "fused": True}
    if name == "SGD":
        options["momentum"] = 0.9
    pairs = [
        (ours, getattr(eager, name)(ours.parameters(), **options)),
        (theirs, getattr(torch.optim, name)(theirs.parameters(), **options)),
    ]
    for step in range(5):
        x = torch.randn(8, 4, generator=torch.Generator().manual_seed(step))
        for net, optimizer in pairs:
            optimizer.zero_grad()
            net(x).pow(2).mean().backward()
            optimizer.step()
    assert torch.equal(ours.weight, theirs.weight)
    assert torch.equal(ours.bias, theirs.bias)
    states = [optimizer.state_dict()["state"] for _, optimizer in pairs]
    for key, value in states[1][0].items():
        assert torch.equal(states[0][0][key], value)


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_parameters_that_miss_steps_count_their_own(name):
    torch.manual_seed(0)
    ours = [nn.Parameter(torch.randn(3)) for _ in range(4)]
    theirs = [nn.Parameter(p.detach().clone()) for p in ours]
    pairs = [
        (held, getattr(module, name)(held, lr=0.1, fused=True))
        for held, module in ((ours, eager), (theirs, torch.optim))
    ]
    for present in ([0, 1, 2], [0, 1, 2], [0, 2, 3], [0, 1, 2, 3], [], [1, 3]):
        for held, optimizer in pairs:
            optimizer.zero_grad()
            for place in present:
                held[place].grad = (held[place].detach() + place).cos()
            optimizer.step()
            optimizer.load_state_dict(deepcopy(optimizer.state_dict()))
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    counts = [[optimizer.state[p]["step"].item() for p in held] for held, optimizer in pairs]
    assert counts == [[4, 4, 4, 3]] * 2


def test_a_fit_loads_neither_the_compiler_nor_scikit_learn():
    ended = subprocess.run(
        [sys.executable, "-c", TRAINING], cwd=Path.cwd(), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
