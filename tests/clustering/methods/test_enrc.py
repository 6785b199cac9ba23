import numpy as np
import pytest
import torch
from pydantic import ValidationError
from sklearn.metrics import normalized_mutual_info_score

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.describe import describe, score
from clustering.errors import Drained
from clustering.methods import build
from clustering.metrics.agreement import nmi
from clustering.params import parse, problems
from clustering.run import Metrics, Run
from tests.clustering.methods.misplaced import fit_misplaced
from tests.clustering.methods.tiny import assert_same

LINEAR = {"type": "mlp", "hidden": []}
SPEC = {
    "method": "enrc", "n_clusters": [3, 3], "net": LINEAR, "embedding_dim": 4, "pretrain_epochs": 30,
    "epochs": 20, "batch_size": 64, "pretrain_lr": 0.01, "init_starts": 3,
}  # fmt: skip


def crossed(n=360, seed=0):
    """Two independent partitions into three, in two dimensions each, turned together."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, (2, n))
    corners = np.array([[0.0, 0], [8, 0], [0, 8]])
    x = np.hstack([corners[own] + rng.normal(size=(n, 2)) for own in labels])
    return (x @ np.linalg.qr(rng.normal(size=(4, 4)))[0]).astype(np.float32), labels


@pytest.mark.parametrize("init", ["random", "nrkmeans"])
def test_two_clusterings_are_found_each_in_its_own_dimensions(init):
    x, truth = crossed()
    result = engine.fit(x, parse(SPEC | {"init": init, "init_steps": 300}), Run(seed=1))
    assert [one.name for one in result.clusterings] == ["clustering 0", "clustering 1"]
    found = [one.labels.numpy() for one in result.clusterings]
    best = [max(normalized_mutual_info_score(own, mine) for mine in found) for own in truth]
    assert min(best) > 0.95
    weights = torch.stack([one.weights for one in result.clusterings])
    torch.testing.assert_close(weights.sum(dim=0), torch.ones(4))
    assert (weights.max(dim=0).values > 0.8).all()
    assert all(one.centers.shape == (3, 4) for one in result.clusterings)


def test_a_last_one_is_a_space_that_yields_no_clustering():
    result = engine.fit(crossed()[0], parse(SPEC | {"n_clusters": [3, 1], "epochs": 1}))
    assert len(result.clusterings) == 1
    assert result.method.logits.shape == (2, 4)


FINDING = {name: value for name, value in SPEC.items() if name != "n_clusters"} | {
    "init": "autonr", "search": {"repetitions": 3}, "epochs": 5,
}  # fmt: skip
DIPPING = {name: value for name, value in FINDING.items() if name != "search"} | {
    "init": "nrdipmeans", "dip_search": {"n_spaces": 2}, "embedding_dim": 2, "whiten": True,
}  # fmt: skip


def leveled(n=180, seed=0):
    """Two independent partitions into three, in a dimension each, turned together."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, (2, n))
    x = labels.T * np.array([8.0, 10.0]) + rng.normal(size=(n, 2))
    return (x @ np.linalg.qr(rng.normal(size=(2, 2)))[0]).astype(np.float32), labels


def test_autonr_finds_the_clusterings_and_their_clusters_which_enrc_trains_on(tmp_path):
    x, truth = crossed()
    run = Run(seed=1, checkpoints=Checkpoints(tmp_path / "checkpoints"))
    result = engine.fit(x, parse(FINDING), run)
    assert [len(one.centers) for one in result.clusterings] == [3, 3]
    best = [max(nmi(own, one.labels.numpy()) for one in result.clusterings) for own in truth]
    assert min(best) > 0.95
    spaces = result.extras["spaces"]["spaces"]
    assert [space["n_clusters"] for space in spaces] == [3, 3]
    assert sorted(spaces[0]["dimensions"] + spaces[1]["dimensions"]) == list(range(4))
    bits = result.extras["search"].columns["mdl_bits"]
    assert bits == sorted(bits, reverse=True) and len(bits) > 1
    engine.save(result, tmp_path)
    np.testing.assert_array_equal(
        engine.predict(tmp_path, x).clusterings, [one.labels for one in result.clusterings]
    )
    assert_same(engine.fit(x, parse(FINDING), run), result)


def test_nrdipmeans_finds_the_clusters_of_as_many_clusterings_as_are_asked_for(tmp_path):
    x, truth = leveled()
    result = engine.fit(x, parse(DIPPING), Run(seed=1))
    assert [len(one.centers) for one in result.clusterings] == [3, 3]
    assert min(max(nmi(own, one.labels.numpy()) for one in result.clusterings) for own in truth) > 0.95
    assert [space["n_clusters"] for space in result.extras["spaces"]["spaces"]] == [3, 3]
    assert "search" not in result.extras
    engine.save(result, tmp_path)
    found = [one.labels for one in result.clusterings]
    np.testing.assert_array_equal(engine.predict(tmp_path, x).clusterings, found)


@pytest.mark.parametrize(
    ("spec", "made"), [(FINDING, crossed), (DIPPING, leveled)], ids=["autonr", "nrdipmeans"]
)
def test_an_interrupted_fit_keeps_the_structure_that_it_has_found(tmp_path, spec, made):
    x = made()[0]
    whole = engine.fit(x, parse(spec), Run(seed=1))
    seen = []

    def hear(report):
        if isinstance(report, Metrics):
            seen.append(report.stage)

    checkpoints = Checkpoints(tmp_path)
    stop = {"report": hear, "stop": lambda: "drain" if seen.count("cluster") == 2 else None}
    with pytest.raises(Drained):
        engine.fit(x, parse(spec), Run(seed=1, checkpoints=checkpoints, **stop))
    resumed = engine.fit(x, parse(spec), Run(seed=1, checkpoints=checkpoints))
    assert_same(resumed, whole)
    assert resumed.extras == whole.extras


def test_an_embedding_without_clusters_has_one_cluster_of_all():
    x = np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32)
    result = engine.fit(x, parse(FINDING | {"whiten": True, "epochs": 1}))
    (only,) = result.clusterings
    assert (only.labels == 0).all()
    assert result.extras["spaces"] == {"spaces": [{"n_clusters": 1, "dimensions": [0, 1, 2, 3]}]}


@pytest.mark.parametrize(
    ("spec", "field", "said"),
    [
        ({"n_clusters": [3, 3], "init": "autonr"}, "n_clusters", r"met \[3, 3\], accepted is null"),
        ({"n_clusters": [3, 3], "init": "nrdipmeans"}, "n_clusters", r"met \[3, 3\], accepted is null"),
        ({}, "n_clusters", "needed unless init is autonr or nrdipmeans; met none, accepted are lists"),
        (
            {"n_clusters": [3, 3], "search": {}},
            "search",
            "unless init is autonr; met nrkmeans, accepted are null",
        ),
        ({"init": "nrdipmeans", "search": {}}, "search", "unless init is autonr; met nrdipmeans"),
        ({"init": "autonr", "dip_search": {}}, "dip_search", "unless init is nrdipmeans; met autonr"),
        (
            {"n_clusters": [3, 3], "dip_search": {}},
            "dip_search",
            "unless init is nrdipmeans; met nrkmeans, accepted are null",
        ),
    ],
)
def test_clusters_are_either_given_or_found(spec, field, said):
    with pytest.raises(ValidationError, match=said) as caught:
        parse({"method": "enrc", **spec})
    assert [error["loc"] for error in caught.value.errors()] == [("enrc", field)]


def test_a_search_for_more_clusters_than_it_sees_samples_is_refused():
    params = parse(FINDING | {"search": {"max_clusters": 60}, "init_samples": 50})
    (problem,) = problems(params, kind="vectors", shape=(4,), n=360)
    assert (problem.field, problem.accepted) == ("/search/max_clusters", {"maximum": 50})


@pytest.mark.parametrize(
    ("width", "search", "field", "accepted"),
    [
        (4, {"n_spaces": 5}, "/dip_search/n_spaces", {"maximum": 4}),
        (1, None, "/dip_search/n_spaces", {"maximum": 1}),
        (4, {"max_clusters": 60}, "/dip_search/max_clusters", {"maximum": 50}),
        (4, {"n_spaces": 4, "max_clusters": 50}, None, None),
    ],
)
def test_more_spaces_than_dimensions_or_clusters_than_samples_seen_are_refused(
    width, search, field, accepted
):
    params = parse(DIPPING | {"embedding_dim": width, "dip_search": search, "init_samples": 50})
    found = problems(params, kind="vectors", shape=(4,), n=360)
    assert [(problem.field, problem.accepted) for problem in found] == [(field, accepted)][: bool(field)]


def test_curves_tell_of_every_clustering():
    x, truth = crossed()
    columns = score({"left": truth[0], "right": truth[1]})
    spec = SPEC | {"n_clusters": [3, 2, 1], "epochs": 4, "observe_every": 2}
    result = engine.fit(x, parse(spec), Run(score=columns))
    values = [point.values for point in result.curves if point.stage == "cluster"]
    last = result.method.weights.detach()
    names = ["0", "1", "shared"]
    for name, weights in zip(names, last, strict=True):
        assert values[-1][f"share_{name}"] == pytest.approx(float(weights.mean()))
    found = [row["n_dimensions"] for row in describe(result, x).rows()]
    assert [values[-1][f"dimensions_{name}"] for name in names[:2]] == found
    looked = {
        f"{name}_{place}" for name in ("silhouette", "distance_ratio", "label_change") for place in "01"
    }
    scored = {
        f"{name}_{place}/{column}"
        for name in ("acc", "nmi")
        for place in "01"
        for column in ("left", "right")
    }
    assert looked | scored <= values[-1].keys()
    assert not scored & values[0].keys()


def test_prototypes_are_decoded_from_the_rotated_space():
    result = engine.fit(crossed()[0], parse(SPEC | {"epochs": 2, "init_steps": 10}))
    method, centers = result.method, result.clusterings[0].centers
    by_hand = method.net.decoder(centers @ method.rotation.T)
    torch.testing.assert_close(method.decode(centers), by_hand)


def test_a_prototype_averages_out_the_other_clusterings():
    x, truth = crossed()
    result = engine.fit(x, parse(SPEC | {"epochs": 0, "init_starts": 10}), Run(seed=1))
    found = [one.labels.numpy() for one in result.clusterings]
    assert min(max(nmi(own, labels) for labels in found) for own in truth) > 0.95
    rebuilt = result.decode(result.embeddings)
    for one in result.clusterings:
        prototypes = result.decode(one.centers)
        for k, prototype in enumerate(prototypes):
            np.testing.assert_allclose(prototype, rebuilt[one.labels == k].mean(axis=0), atol=0.2)
    apart = [np.ptp(result.clusterings[0].centers.numpy() * weights.numpy(), axis=0) for weights in (
        result.clusterings[0].weights, result.clusterings[1].weights
    )]  # fmt: skip
    assert apart[1].max() < 0.15 * apart[0].max()


def test_reconstruction_does_not_know_of_the_shares():
    method = build(parse(SPEC), (4,))
    x = torch.randn(5, 4)
    before = method.decode(method.embed(x))
    with torch.no_grad():
        method.logits.normal_()
    torch.testing.assert_close(method.decode(method.embed(x)), before)


def test_a_center_that_samples_have_left_finds_a_new_place():
    x, _ = crossed()
    method = build(parse(SPEC | {"epochs": 30, "init": "nrkmeans"}), (4,))
    fit_misplaced(method, x, 2)
    assert method.all_centers.abs().max() < 100
    with torch.no_grad():
        labels = method.clusterings(method.embed(torch.from_numpy(x)))[0].labels
    assert len(labels.unique()) == 3


@pytest.mark.parametrize(("clusters", "field"), [([2] * 5, "/n_clusters"), ([2, 400], "/n_clusters/1")])
def test_what_does_not_fit_is_refused_with_its_field(clusters, field):
    found = problems(parse(SPEC | {"n_clusters": clusters}), kind="vectors", shape=(4,), n=360)
    assert [problem.field for problem in found] == [field]


@pytest.mark.parametrize("clusters", [[1, 3], [1], [], [0, 2]])
def test_counts_that_are_no_clusterings_are_refused(clusters):
    with pytest.raises(ValueError, match="n_clusters"):
        parse(SPEC | {"n_clusters": clusters})
