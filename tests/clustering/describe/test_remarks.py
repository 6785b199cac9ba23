import numpy as np
import pytest

from clustering import engine
from clustering.describe import describe
from clustering.params import parse
from clustering.run import Metrics

SPEC = {
    "method": "ae_kmeans",
    "n_clusters": 2,
    "net": {"type": "mlp", "hidden": [4]},
    "embedding_dim": 2,
    "augment": {"type": "affine"},
    "pretrain_epochs": 1,
    "self_label": {"epochs": 2, "warmup_epochs": 1, "decoder_epochs": 0},
}


@pytest.mark.parametrize(("threshold", "count"), [(0.0, 0), (0.999, 1)])
def test_labels_of_which_none_is_sure_are_told_to_have_changed_nothing(threshold, count):
    x = np.random.default_rng(0).integers(0, 256, (20, 6, 6), dtype=np.uint8)
    spec = SPEC | {"self_label": SPEC["self_label"] | {"threshold": threshold}}
    result = engine.fit(x, parse(spec))
    (row,) = describe(result, x).clusterings
    assert sum("self-labelling changed nothing" in warning for warning in row.warnings) == count
    assert any(isinstance(point, Metrics) and "skipped" in point.values for point in result.curves)
