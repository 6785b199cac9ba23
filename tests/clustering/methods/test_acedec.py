from types import SimpleNamespace

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from sklearn.metrics import normalized_mutual_info_score

from clustering import engine
from clustering.data import Data
from clustering.methods import build
from clustering.params import parse
from clustering.partition.spaces import follow
from clustering.run import Run
from tests.clustering.methods.misplaced import fit_misplaced

SPEC = {
    "method": "acedec", "n_clusters": 3, "net": {"type": "mlp", "hidden": []}, "embedding_dim": 6,
    "pretrain_epochs": 30, "pretrain_lr": 0.01, "epochs": 30, "batch_size": 64, "init_starts": 5,
    "init_steps": 500,
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
    assert [point.stage for point in result.curves].count("harden") <= 60


def test_pictures_show_both_spaces_and_walks():
    result = engine.fit(hidden()[0], parse(SPEC | {"epochs": 1, "init_steps": 5, "pictures": 4}))
    assert set(result.extras) == {"spaces", "shared-prototype", "traversals"}
    assert result.extras["spaces"].z.shape == (3, 4, 6)
    assert result.extras["shared-prototype"].z.shape == (6,)
    assert result.extras["traversals"].z.shape[1:] == (7, 6)
    assert engine.fit(hidden()[0], parse(SPEC | {"epochs": 0, "init_steps": 5, "pictures": 0})).extras == {}


def test_hardening_ends_once_every_dimension_is_where_it_belongs():
    spec = {"harden_epochs": 200, "lr": 0.02, "init": "nrkmeans", "epochs": 2}
    result = engine.fit(hidden()[0], parse(SPEC | spec), Run(seed=1))
    hardened = [point for point in result.curves if point.stage == "harden"]
    assert 1 < len(hardened) < 200
    weights = result.clusterings[0].weights
    assert torch.minimum(weights, 1 - weights).max() < 0.01
    assert hardened[-1].values["dimensions"] == int((weights > 0.5).sum())


def test_views_are_also_rebuilt_with_the_cluster_coordinates_of_their_samples():
    spec = SPEC | {"embedding_dim": 3, "augment": {"type": "affine"}}
    method, plain = (build(parse(spec | {"swap": swap}), (1, 4, 4)) for swap in (True, False))
    plain.load(method.state_dict())
    x, (v, of_view) = torch.rand(4, 1, 4, 4), torch.randn(2, 2, 3)
    own = method.weights[0]
    mixed = torch.cat([of_view * own + v * (1 - own), v * own + of_view * (1 - own)])
    swapped = (method.decode(mixed) - x).square().sum() / 4
    stacked = torch.cat([v, of_view])
    torch.testing.assert_close(method.rebuilt(stacked, x), (plain.rebuilt(stacked, x) + swapped) / 2)


def test_curves_tell_of_the_look_at_the_clusters_and_of_the_rotation():
    x, truth = hidden()
    seen = []

    def score(index, labels, z):
        seen.append(len(labels))
        return {"nmi": normalized_mutual_info_score(truth[index], labels)}

    spec = SPEC | {"observe_every": 2, "epochs": 4, "init": "nrkmeans"}
    result = engine.fit(x, parse(spec), Run(score=score))
    values = [point.values for point in result.curves if point.stage == "cluster"]
    assert seen == [250, 250]
    assert [{"nmi", "silhouette", "distance_ratio"} <= each.keys() for each in values] == [False, True] * 2
    assert all(each["departure"] >= 0 and 0 <= each["dimensions"] <= 6 for each in values)


def test_a_center_that_samples_have_left_is_put_on_any_sample():
    x = hidden()[0]
    data, places = Data.of(x, scale="none"), []
    for seed in range(3):
        torch.manual_seed(0)
        method = build(parse(SPEC), (6,))
        with torch.no_grad():
            method.all_centers.copy_(torch.randn(4, 6))
            method.all_centers[1] = 1e3
            method.counts.fill_(7.0)
            all_of_them = method.embed(torch.from_numpy(x))
            v = all_of_them[:64]
            assigned = method.assigned(v)
        centers, counts = method.all_centers.clone(), method.counts.clone()
        epoch = SimpleNamespace(generator=torch.Generator().manual_seed(seed), run=Run())
        for step in (1, 2):
            centers, counts, _ = follow(centers, counts, v, assigned)
            method._follow(epoch, data, v, assigned)
            assert bool(method.all_centers[1, 0] == 1e3) == (step == 1)
        others = torch.tensor([0, 2, 3])
        torch.testing.assert_close(method.all_centers[others], centers[others])
        torch.testing.assert_close(method.counts[others], counts[others])
        assert method.counts[1] == pytest.approx(64 / 3)
        assert method.lost.tolist() == [0, 0, 0, 0]
        distances = (all_of_them - method.all_centers[1]).norm(dim=1)
        assert 0 < distances.min() < 1e-3 * distances.median()
        places.append(int(distances.argmin()))
    assert len(set(places)) > 1


def test_a_cluster_that_was_lost_has_samples_in_the_end():
    x, _ = hidden()
    method = build(parse(SPEC | {"pretrain_epochs": 10, "epochs": 10, "init": "nrkmeans"}), (6,))
    fit_misplaced(method, x, 2)
    assert method.all_centers.abs().max() < 100
    with torch.no_grad():
        (only,) = method.clusterings(method.embed(torch.from_numpy(x)))
    assert np.bincount(only.labels, minlength=3).min() > 0


def test_one_dimension_is_too_few_for_two_spaces():
    with pytest.raises(ValidationError) as caught:
        parse({"method": "acedec", "n_clusters": 3, "embedding_dim": 1})
    (error,) = caught.value.errors()
    assert (error["loc"], error["ctx"]) == (("acedec", "embedding_dim"), {"ge": 2})
    engine.fit(hidden(60)[0], parse(SPEC | {"embedding_dim": 2, "epochs": 1, "init_steps": 5}))
