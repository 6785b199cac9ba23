import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from pydantic import ValidationError

from clustering import engine
from clustering.errors import InvalidData
from clustering.metrics.agreement import nmi
from clustering.params import parse, problems
from tests.clustering.partition.subspaces import two_subspaces


def fitted():
    x, truth = two_subspaces()
    params = parse({"method": "nrkmeans", "n_clusters": [3, 3, 1]})
    return x.numpy(), truth, engine.fit(x.numpy(), params)


@pytest.fixture(scope="module")
def told():
    return fitted()


def test_the_noise_is_no_clustering_but_its_dimensions_are_known(told):
    _, truth, result = told
    assert len(result.clusterings) == 2
    assert sorted(max(nmi(each, c.labels) for c in result.clusterings) for each in truth) == pytest.approx(
        [1, 1]
    )
    spaces = result.extras["spaces"]["spaces"]
    assert [space["n_clusters"] for space in spaces] == [3, 3, 1]
    assert [len(space["dimensions"]) for space in spaces] == [2, 2, 3]
    weights = np.stack([c.weights for c in result.clusterings])
    assert set(np.unique(weights)) == {0, 1}
    assert_array_equal(weights.sum(axis=1), [2, 2])


def test_the_embedding_is_rotated_and_rotates_back(told):
    x, _, result = told
    v = result.method.rotation.numpy()
    assert_allclose(v.T @ v, np.eye(7), atol=1e-5)
    assert_allclose(result.embeddings, x.astype(np.float32) @ v, atol=1e-4)
    assert_allclose(result.decode(result.embeddings[:5]), x[:5], atol=1e-4)


def test_a_decoded_center_is_the_mean_of_its_cluster(told):
    x, _, result = told
    for clustering in result.clusterings:
        means = [x[clustering.labels == k].mean(axis=0) for k in range(3)]
        assert_allclose(result.decode(clustering.centers), means, atol=1e-3)


def test_new_samples_get_labels_of_every_clustering(told, tmp_path):
    x, _, result = told
    engine.save(result, tmp_path)
    found = engine.predict(tmp_path, x[:50])
    assert_array_equal(found.clusterings, [c.labels[:50] for c in result.clusterings])


def test_an_outlier_of_a_clustering_is_labeled_so(tmp_path):
    x, _ = two_subspaces()
    x[0] += 60
    spec = parse(
        {"method": "nrkmeans", "n_clusters": [3, 3, 1], "outliers": True, "mdl_for_noise_space": True}
    )
    result = engine.fit(x.numpy(), spec)
    assert -1 in [int(c.labels[0]) for c in result.clusterings]
    assert result.extras["spaces"]["mdl_bits"] > 0
    told = result.extras["outliers"].columns
    rows = set(zip(told["sample"], told["space"], strict=True))
    of_clusterings = {(int(i), s) for s, c in enumerate(result.clusterings) for i in (c.labels < 0).nonzero()}
    assert {row for row in rows if row[1] < 2} == of_clusterings
    method, z = result.method, result.embeddings
    noise, center = method.membership[2] > 0, method.stacked[-1]
    far = (z - center)[:, noise].square().sum(dim=1) > method.thresholds[2]
    assert {i for i, s in rows if s == 2} == set(far.nonzero().flatten().tolist())
    engine.save(result, tmp_path)
    assert_array_equal(
        engine.predict(tmp_path, x.numpy()).clusterings, [c.labels for c in result.clusterings]
    )


def test_sub_k_means_is_nr_k_means_with_noise():
    x = two_subspaces()[0].numpy()
    one = engine.fit(x, parse({"method": "subkmeans", "n_clusters": 3}))
    other = engine.fit(x, parse({"method": "nrkmeans", "n_clusters": [3, 1]}))
    assert_array_equal(one.clusterings[0].labels, other.clusterings[0].labels)
    assert one.extras["spaces"] == other.extras["spaces"]


@pytest.mark.parametrize("n_clusters", [[], [1], [1, 3], [3, 1, 1], [0, 2], 3, [2] * 101])
def test_lists_that_do_not_fit_are_refused_with_their_field(n_clusters):
    with pytest.raises(ValidationError) as refused:
        parse({"method": "nrkmeans", "n_clusters": n_clusters})
    assert all("n_clusters" in error["loc"] for error in refused.value.errors())


@pytest.mark.parametrize(
    ("n_clusters", "field", "code", "accepted"),
    [
        ([2] * 5, "/n_clusters", "too_many_clusterings", {"maxItems": 4}),
        ([3, 31], "/n_clusters/1", "too_few_samples", {"maximum": 30}),
    ],
)
def test_what_the_samples_have_no_room_for_is_refused_before_the_fit(n_clusters, field, code, accepted):
    params = parse({"method": "nrkmeans", "n_clusters": n_clusters})
    (problem,) = problems(params, kind="images", shape=(2, 2, 1), n=30)
    assert (problem.field, problem.code, problem.accepted) == (field, code, accepted)
    with pytest.raises(InvalidData):
        engine.fit(np.zeros((30, 2, 2), dtype=np.uint8), params)


def test_description_lengths_need_samples_that_differ():
    params = parse({"method": "nrkmeans", "n_clusters": [2, 1], "outliers": True})
    with pytest.raises(InvalidData, match="dimension varies"):
        engine.fit(np.ones((20, 3)), params)
