import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from pydantic import ValidationError

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.describe import describe
from clustering.errors import Drained, Unsupported
from clustering.metrics.agreement import nmi
from clustering.params import parse, problems
from clustering.run import Metrics, Run
from tests.clustering.methods.tiny import assert_same
from tests.clustering.partition.subspaces import two_subspaces

X, TRUTH = two_subspaces(n=200, noise=1)
X = X.float().numpy()
SPEC = {
    "method": "ae_clusterer", "net": {"type": "mlp", "hidden": []}, "embedding_dim": 5,
    "pretrain_epochs": 30, "pretrain_lr": 0.01, "batch_size": 64,
}  # fmt: skip
NRKMEANS = {"method": "nrkmeans", "n_clusters": [3, 3, 1]}


def fitted(run=None, **clusterer):
    return engine.fit(X, parse(SPEC | {"clusterer": clusterer}), run)


@pytest.fixture(scope="module")
def several():
    return fitted(**NRKMEANS)


def test_several_clusterings_are_found_in_the_code(several, tmp_path):
    found = [one.labels.numpy() for one in several.clusterings]
    assert min(max(nmi(each, labels) for labels in found) for each in TRUTH) > 0.95
    assert [space["n_clusters"] for space in several.extras["spaces"]["spaces"]] == [3, 3, 1]
    engine.save(several, tmp_path)
    assert_array_equal(engine.predict(tmp_path, X).clusterings, found)


def test_the_embedding_is_the_clusterers_of_the_code_and_decodes_through_both(several):
    method = several.method
    code = method.clusterer.decode(several.embeddings)
    assert_allclose(method.clusterer.embed(code), several.embeddings, atol=1e-4)
    with torch.no_grad():
        assert_allclose(method.decode(several.embeddings), method.net.decode(code), atol=1e-5)


def test_the_code_is_clustered_as_the_method_alone_would(several):
    code = several.method.clusterer.decode(several.embeddings).numpy()
    alone = engine.fit(code, parse(NRKMEANS | {"scale": "none"}), Run(seed=Run().seed_for("clusterer")))
    for one, other in zip(several.clusterings, alone.clusterings, strict=True):
        assert nmi(one.labels.numpy(), other.labels.numpy()) == pytest.approx(1)


def test_the_clusterer_says_what_the_fit_can():
    soft = parse(SPEC | {"clusterer": {"method": "gmm", "n_clusters": 3}})
    assert soft.can("soft") and soft.can("predict") and soft.can("decode")
    transductive = parse(SPEC | {"clusterer": {"method": "spectral", "n_clusters": 3}})
    assert not transductive.can("soft") and not transductive.can("predict")
    result = engine.fit(X, transductive)
    assert describe(result, X).rows()[0]["n_clusters"] == 3
    with pytest.raises(Unsupported):
        engine.save(result, None)
    assert fitted(method="gmm", n_clusters=3).clusterings[0].soft.shape == (200, 3)


def test_a_fit_cut_short_in_the_pretraining_goes_on(tmp_path, several):
    seen = []

    def hear(report):
        if isinstance(report, Metrics):
            seen.append(report)

    checkpoints = Checkpoints(tmp_path)
    stop = {"report": hear, "stop": lambda: "drain" if len(seen) > 3 else None}
    with pytest.raises(Drained):
        fitted(Run(checkpoints=checkpoints, **stop), **NRKMEANS)
    assert_same(fitted(Run(checkpoints=checkpoints), **NRKMEANS), several)


@pytest.mark.parametrize(
    ("clusterer", "said"),
    [
        ({"method": "dcn"}, "one of .*autonr.*nrkmeans.*; met dcn"),
        ({"method": "lwea", "n_clusters": 3}, "met lwea"),
        ({"method": "ae_clusterer"}, "met ae_clusterer"),
        ({"method": "nrkmeans", "n_clusters": [1, 3]}, r"nrkmeans: n_clusters: .*met \(1, 3\)|\[1, 3\]"),
        ({"method": "kmeans"}, "kmeans: n_clusters: Field required"),
        ({"method": "kmeans", "n_clusters": 3, "scale": "unit"}, "clustered as it is; met 'unit'"),
    ],
)
def test_a_bad_clusterer_is_refused_with_its_field(clusterer, said):
    with pytest.raises(ValidationError, match=said) as caught:
        parse(SPEC | {"clusterer": clusterer})
    assert caught.value.errors()[0]["loc"] == ("ae_clusterer", "clusterer")


def test_what_the_code_has_no_room_for_points_into_the_clusterer():
    spec = SPEC | {"clusterer": {"method": "nrkmeans", "n_clusters": [2] * 6}}
    (found,) = problems(parse(spec), kind="vectors", shape=(5,), n=200)
    assert (found.field, found.accepted) == ("/clusterer/n_clusters", {"maxItems": 5})
