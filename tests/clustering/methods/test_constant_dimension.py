"""A dimension that does not vary takes nothing from the others (docs/decisions/0019)."""

import numpy as np
import pytest

from clustering import engine
from clustering.metrics.agreement import nmi
from clustering.params import parse

TRUTH = np.repeat([0, 1], 30)
ROWS = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32) + 20 * TRUTH[:, None]
SPACES = {"subkmeans": {"n_clusters": 2}, "nrkmeans": {"n_clusters": [2, 1]}, "autonr": {}, "nrdipmeans": {}}


def fitted(method, x):
    return engine.fit(x.astype(np.float32), parse({"method": method, **SPACES[method]}))


@pytest.mark.parametrize("method", SPACES)
def test_a_constant_dimension_leaves_the_clusters_of_the_others(method):
    found = fitted(method, np.column_stack([ROWS, np.full(60, 3.0)]))
    assert max(nmi(TRUTH, each.labels.numpy()) for each in found.clusterings) == pytest.approx(1)


@pytest.mark.parametrize("method", SPACES)
def test_samples_that_are_all_alike_are_one_cluster(method):
    found = fitted(method, np.full((60, 3), 3.0))
    assert [len(np.unique(each.labels)) for each in found.clusterings] == [1]
