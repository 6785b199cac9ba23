import pytest

from clustering import engine
from clustering.metrics.agreement import nmi
from clustering.params import parse, problems
from clustering.run import Run
from tests.clustering.partition.subspaces import two_subspaces


def test_only_the_number_of_clusterings_is_given():
    x, truth = two_subspaces(n=300, noise=0)
    result = engine.fit(x.numpy(), parse({"method": "nrdipmeans"}), Run(seed=1))
    assert [len(clustering.centers) for clustering in result.clusterings] == [3, 3]
    best = [max(nmi(each, one.labels) for one in result.clusterings) for each in truth]
    assert best == pytest.approx([1, 1])


def test_more_clusterings_than_dimensions_are_refused():
    (problem,) = problems(parse({"method": "nrdipmeans", "n_spaces": 5}), kind="vectors", shape=(4,), n=30)
    assert (problem.field, problem.accepted) == ("/n_spaces", {"maximum": 4})
