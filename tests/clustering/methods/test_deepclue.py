import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans

from clustering import engine
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.lwgp import lwgp
from clustering.data import Data
from clustering.errors import InvalidData
from clustering.metrics.agreement import nmi
from clustering.params import problems
from clustering.params.deepclue import DeepCluEParams
from clustering.run import Run
from tests.clustering.methods.tiny import assert_same, images, tiny, undisturbed

LAYERS = ("stage2", "features", "head1")


@pytest.fixture(scope="module")
def result():
    return engine.fit(images(60, k=3), tiny("deepclue", n_clusters=3))


def test_the_defaults_are_six_layers_with_five_clusterings_each():
    params = DeepCluEParams(n_clusters=10)
    assert params.chosen_layers == ("stage3", "stage4", "features", "projector1", "projector2", "head1")
    assert len(params.chosen_layers) * params.base_clusterings == 30
    assert params.base_range(60_000) == (10, 244)
    assert params.base_range(50) == (10, 10)


def test_base_clusterings_have_as_many_clusters_as_allowed(result):
    base = result.extras["base-labels"].numpy()
    assert base.shape == (60, 6)
    counts = base.max(axis=0) + 1
    assert ((counts >= 3) & (counts <= 7)).all()
    table = result.extras["base-clusterings"].columns
    assert table["clustering"] == [f"{layer}/{i}" for layer in LAYERS for i in (1, 2)]
    assert table["clusters"] == counts.tolist()


def test_the_consensus_is_the_weighted_cut_of_the_base_clusterings(result):
    base = result.extras["base-labels"].numpy().T
    seed = engine.Run().seed_for("consensus")
    expected = lwgp(Ensemble.of(base), 3, theta=1.0, seed=seed)
    np.testing.assert_array_equal(result.clusterings[0].labels, expected)


def test_each_base_clustering_weighs_what_its_samples_clusters_do(result):
    base, columns = result.extras["base-labels"].numpy(), result.extras["base-clusterings"].columns
    for own, weight, shared in zip(base.T, columns["weight"], columns["nmi_with_consensus"], strict=True):
        each = []
        for i in range(60):
            inside = base[own == own[i]]
            bits = 0.0
            for member in inside.T:
                share = np.unique(member, return_counts=True)[1] / len(inside)
                bits -= (share * np.log2(share)).sum()
            each.append(np.exp(-bits / base.shape[1]))
        assert weight == pytest.approx(np.mean(each))
        assert shared == pytest.approx(nmi(own, result.clusterings[0].labels.numpy()))


def test_without_weights_all_clusters_weigh_alike(tmp_path):
    engine.save(engine.fit(images(60, k=3), tiny("cc", n_clusters=3)), tmp_path)
    asked = tiny("deepclue", n_clusters=3, weighted=False, initial_model="mdl_1")
    found = engine.fit(images(60, k=3), asked, Run(initial_model=tmp_path))
    assert set(found.extras["base-clusters"].columns["weight"]) == {1.0}


def test_the_agreement_of_layers_is_the_mean_over_pairs_of_their_clusterings(result):
    base, layers = result.extras["base-labels"].numpy().T, result.extras["layers"]
    assert layers["names"] == list(LAYERS)
    between = np.mean([nmi(base[a], base[b]) for a in (0, 1) for b in (4, 5)])
    assert layers["nmi"][0][2] == pytest.approx(between)
    assert layers["nmi"][1][1] == pytest.approx(nmi(base[2], base[3]))


def test_layers_are_those_of_the_passes_of_the_network():
    method = engine.build(tiny("deepclue", n_clusters=3), (1, 8, 8)).eval()
    x = torch.rand(5, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        found = method.layers_of(x)
        features = method.trained.features(x)
        torch.testing.assert_close(found["features"], features)
        torch.testing.assert_close(found["projector2"], method.trained.projector(features))
        assert found["stage2"].shape == (5, 8 * 2 * 2)
        whole = features.view(5, 8, 4, 4)
        torch.testing.assert_close(
            found["stage2"].view(5, 8, 2, 2)[:, :, 0, 1], whole[:, :, :2, 2:].mean((2, 3))
        )
        last = method.trained.heads.later[-1]
        logits = last(found["head1"][None])
        torch.testing.assert_close(logits, method.trained.heads(features))


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"layers": ["stage9", "features"]}, "/layers", "no_such_layer"),
        ({"layers": ["features", "features"]}, "/layers", "duplicate_layer"),
        ({"layers": ["features"], "base_clusterings": 1}, "/base_clusterings", "too_few_clusterings"),
        ({"representatives": 61}, "/representatives", "too_few_samples"),
        ({"most_clusters": 61}, "/most_clusters", "too_few_samples"),
        ({"fewest_clusters": 9, "most_clusters": 8}, "/most_clusters", "empty_range"),
    ],
)
def test_what_no_ensemble_can_be_made_of_is_refused_before_and_by_the_fit(fields, field, code):
    params = tiny("deepclue", **fields)
    (problem,) = problems(params, kind="images", shape=(8, 8, 1), n=60)
    assert (problem.field, problem.code) == (field, code)
    with pytest.raises(InvalidData):
        engine.fit(images(60), params)


@pytest.mark.parametrize("base_method", ["kmeans", "uspec"])
def test_a_single_base_clustering_is_the_result(base_method):
    single = {"layers": ("projector2",), "base_clusterings": 1, "fewest_clusters": 3, "most_clusters": 3}
    x = images(60, k=3)
    found = engine.fit(x, tiny("deepclue", n_clusters=3, base_method=base_method, **single))
    labels = found.clusterings[0].labels.numpy()
    base = found.extras["base-labels"].numpy()[:, 0]
    assert nmi(labels, base) == pytest.approx(1)
    new = engine.assign_new(found.method, found.scaling, x[:9]).labels
    np.testing.assert_array_equal(new, labels[:9])


def test_base_clusterings_by_kmeans_are_those_of_the_layer():
    single = {"layers": ("projector2",), "base_clusterings": 1, "fewest_clusters": 3, "most_clusters": 3}
    x = images(60, k=3)
    found = engine.fit(x, tiny("deepclue", n_clusters=3, base_method="kmeans", **single))
    data = Data.of(x, scale=found.scaling)
    with torch.no_grad():
        z = found.method.layers_of(next(data.blocks(60)))["projector2"].numpy()
    labels = found.clusterings[0].labels.numpy()
    within = sum(((z[labels == c] - z[labels == c].mean(axis=0)) ** 2).sum() for c in range(3))
    assert within <= 1.01 * KMeans(3, n_init=10, random_state=0).fit(z).inertia_


def test_base_clusterings_by_kmeans_are_of_the_nearest_centers_and_label_new_samples():
    x = images(60, k=3)
    found = engine.fit(x, tiny("deepclue", n_clusters=3, base_method="kmeans"))
    base = found.extras["base-labels"].numpy()
    assert base.shape == (60, 6)
    assert all(np.unique(row, return_index=True)[1].argsort().tolist() == sorted(set(row)) for row in base.T)
    np.testing.assert_array_equal(found.method.base.numpy().T, base)


def test_wide_layers_are_reduced():
    found = engine.fit(images(), tiny("deepclue", pca_dim=3)).method
    assert [len(each.directions) for each in found.reductions] == [3, 3, 3]
    assert {each.search.representatives.shape[1] for each in found.clusterers} == {3}


def test_a_fit_from_a_model_of_cc_is_that_which_trains_as_it_did(result, tmp_path):
    engine.save(engine.fit(images(60, k=3), tiny("cc", n_clusters=3)), tmp_path)
    asked = tiny("deepclue", n_clusters=3, initial_model="mdl_1")
    started = engine.fit(images(60, k=3), asked, Run(initial_model=tmp_path))
    assert_same(started, result)
    assert {point.stage for point in result.curves} - {point.stage for point in started.curves} == {"cluster"}


def test_layers_of_no_other_model_are_clustered(tmp_path):
    engine.save(undisturbed("pica"), tmp_path)
    with pytest.raises(InvalidData, match="starts from a model of CC; the initial model is of PICA"):
        engine.fit(images(60), tiny("deepclue", initial_model="mdl_1"), Run(initial_model=tmp_path))
