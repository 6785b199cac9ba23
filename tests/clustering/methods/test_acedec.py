import numpy as np
import pytest
import torch
from sklearn.metrics import normalized_mutual_info_score

from clustering import engine
from clustering.params import parse
from clustering.run import Run

SPEC = {
    "method": "acedec", "n_clusters": 3, "net": {"type": "mlp", "hidden": []}, "embedding_dim": 6,
    "pretrain_epochs": 30, "pretrain_lr": 0.01, "epochs": 30, "batch_size": 64, "init_steps": 500,
}  # fmt: skip


def hidden(n=360, seed=0):
    """Three clusters in two dimensions beside four of noise, turned together."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    informative = np.array([[0.0, 0], [6, 0], [0, 6]])[truth] + rng.normal(size=(n, 2)) * 0.5
    x = np.hstack([informative, rng.normal(size=(n, 4)) * 2])
    return (x @ np.linalg.qr(rng.normal(size=(6, 6)))[0]).astype(np.float32), truth


@pytest.mark.parametrize("init", ["random", "nrkmeans"])
def test_clusters_are_isolated_from_what_all_samples_share(init):
    x, truth = hidden()
    result = engine.fit(x, parse(SPEC | {"init": init}), Run(seed=1))
    (only,) = result.clusterings
    assert normalized_mutual_info_score(truth, only.labels) > 0.97
    assert only.weight_power == 2
    assert int((only.weights > 0.6).sum()) == 2


def test_hardening_leaves_every_dimension_in_one_space():
    x, truth = hidden()
    spec = SPEC | {"harden_epochs": 60, "lr": 3e-3, "init": "nrkmeans"}
    result = engine.fit(x, parse(spec), Run(seed=1))
    weights = result.clusterings[0].weights
    assert torch.minimum(weights, 1 - weights).max() < 0.1
    assert int((weights > 0.5).sum()) == 2
    assert normalized_mutual_info_score(truth, result.clusterings[0].labels) > 0.97
    assert [point.stage for point in result.curves].count("harden") == 60


def test_pictures_show_both_spaces_and_walks():
    result = engine.fit(hidden()[0], parse(SPEC | {"epochs": 1, "init_steps": 5, "pictures": 4}))
    assert set(result.extras) == {"spaces", "shared-prototype", "traversals"}
    assert result.extras["spaces"].z.shape == (3, 4, 6)
    assert result.extras["shared-prototype"].z.shape == (6,)
    assert result.extras["traversals"].z.shape[1:] == (7, 6)
    assert engine.fit(hidden()[0], parse(SPEC | {"epochs": 0, "init_steps": 5, "pictures": 0})).extras == {}
