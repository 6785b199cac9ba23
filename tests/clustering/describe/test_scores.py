import numpy as np
import pytest
import torch
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from clustering.describe.scores import score

TRUTH = np.array([7, 7, 7, 9, 9, 9, 9, 7])
INDEX = torch.tensor([0, 1, 3, 4, 6, 7])
LABELS = torch.tensor([1, 1, 0, 0, 1, 1])
Z = torch.randn(6, 3, generator=torch.Generator().manual_seed(0))


def test_without_label_columns_there_is_no_score():
    assert score({}) is None


def test_one_column_is_compared_at_the_positions_told():
    found = score({"y": TRUTH})(INDEX, LABELS, Z)
    truth = TRUTH[INDEX]
    assert set(found) == {"acc", "nmi", "ari", "intra_class", "inter_class"}
    assert found["acc"] == pytest.approx(5 / 6)
    assert found["nmi"] == pytest.approx(normalized_mutual_info_score(truth, LABELS))
    assert found["ari"] == pytest.approx(adjusted_rand_score(truth, LABELS))


def test_distances_within_and_between_true_classes_are_cosine():
    found = score({"y": TRUTH})(INDEX, LABELS, Z)
    unit = (Z / Z.norm(dim=1, keepdim=True)).numpy()
    apart, truth = 1 - unit @ unit.T, TRUTH[INDEX]
    within = [apart[i][(truth == truth[i]) & (np.arange(6) != i)].mean() for i in range(6)]
    between = [apart[i][truth != truth[i]].mean() for i in range(6)]
    assert found["intra_class"] == pytest.approx(np.mean(within), rel=1e-5)
    assert found["inter_class"] == pytest.approx(np.mean(between), rel=1e-5)


def test_figures_of_several_columns_carry_their_names():
    found = score({"shape": TRUTH, "hue": np.arange(8)})(INDEX, LABELS, Z)
    assert {name for name in found if name.startswith("acc")} == {"acc/shape", "acc/hue"}
    assert found["acc/shape"] == pytest.approx(5 / 6)
    assert found["acc/hue"] == pytest.approx(2 / 6)
