import numpy as np
import pytest
from numpy.testing import assert_array_equal

from clustering import engine
from clustering.params import parse, problems
from tests.clustering.partition.subspaces import two_subspaces


@pytest.fixture(scope="module")
def result():
    return engine.fit(two_subspaces()[0].numpy(), parse({"method": "autonr", "repetitions": 3}))


def test_clusterings_their_clusters_and_the_noise_are_found_without_a_number(result):
    assert [len(clustering.centers) for clustering in result.clusterings] == [3, 3]
    assert [space["n_clusters"] for space in result.extras["spaces"]["spaces"]] == [3, 3, 1]


def test_the_search_is_told_by_the_bits_of_its_models(result):
    costs = result.extras["search"].columns["mdl_bits"]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == result.extras["spaces"]["mdl_bits"]


@pytest.mark.parametrize(
    "x", [np.random.default_rng(0).normal(size=(200, 3)), np.ones((20, 3))], ids=["gaussian", "constant"]
)
def test_where_no_cluster_pays_all_samples_are_in_one(x):
    (only,) = engine.fit(x, parse({"method": "autonr", "repetitions": 2})).clusterings
    assert_array_equal(only.labels, np.zeros(len(x)))
    assert_array_equal(only.weights, np.ones(3))


@pytest.mark.parametrize(
    ("limit", "field", "accepted"),
    [({"max_clusters": 31}, "/max_clusters", {"maximum": 30})],
)
def test_limits_that_could_never_be_met_are_refused(limit, field, accepted):
    (problem,) = problems(parse({"method": "autonr", **limit}), kind="vectors", shape=(4,), n=30)
    assert (problem.field, problem.accepted) == (field, accepted)


def test_more_spaces_than_dimensions_are_as_many_as_dimensions():
    x = np.random.default_rng(0).normal(size=(40, 3)) + 9 * np.eye(3)[np.arange(40) % 3]
    spec = {"method": "autonr", "repetitions": 2}
    few, many = (engine.fit(x, parse(spec | {"max_spaces": most})) for most in (3, 10))
    assert_array_equal(few.clusterings[0].labels, many.clusterings[0].labels)
