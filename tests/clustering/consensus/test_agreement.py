import json

import numpy as np
import pytest
from sklearn.metrics import normalized_mutual_info_score

from clustering.consensus.agreement import agreement, anmi
from clustering.consensus.ensemble import Ensemble
from clustering.metrics.agreement import ari, nmi, variation_of_information
from tests.clustering.consensus.ensembles import truth, uneven


def test_every_pair_is_compared():
    ensemble = uneven()
    found = agreement(ensemble)
    for i, first in enumerate(ensemble.labels):
        for j, second in enumerate(ensemble.labels):
            assert found.nmi[i, j] == pytest.approx(nmi(first, second))
            assert found.ari[i, j] == pytest.approx(ari(first, second))
            assert found.vi[i, j] == pytest.approx(variation_of_information(first, second))


def test_only_samples_that_both_label_count():
    ensemble = Ensemble.of([[0, 0, 1, 1, -1], [1, 1, 0, 0, 0], [-1, -1, -1, -1, 0]], ["a", "b", "c"])
    found = agreement(ensemble).json()
    assert found["names"] == ["a", "b", "c"]
    assert found["nmi"][0] == [1.0, 1.0, None]
    assert found["vi"][0][1] == 0
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_mean_agreement_is_geometric():
    ensemble = uneven()
    labels = truth()
    theirs = [
        normalized_mutual_info_score(labels, member, average_method="geometric") for member in ensemble.labels
    ]
    assert anmi(labels, ensemble) == pytest.approx(np.mean(theirs))


def test_identical_members_agree_fully_and_one_cluster_with_nothing():
    labels = truth()
    ensemble = Ensemble.of([labels, labels])
    assert anmi(labels, ensemble) == pytest.approx(1)
    assert anmi(np.zeros(60, int), ensemble) == 0
    assert anmi(np.zeros(60, int), Ensemble.of([np.zeros(60), np.zeros(60)])) == 1
