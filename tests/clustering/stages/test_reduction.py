import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from clustering.stages import reduction
from clustering.stages.reduction import Reduction


def features(n, width):
    return (
        torch.randn(n, width, generator=torch.Generator().manual_seed(0)) * torch.arange(1.0, width + 1) + 5
    )


def learned(x, most):
    found = Reduction()
    found.learn(x, most)
    return found


def test_few_features_stay_as_they_are():
    x = features(20, 4)
    assert learned(x, 4)(x) is x


@pytest.mark.parametrize(("n", "expected"), [(50, 3), (3, 2)])
def test_more_become_principal_components(n, expected, monkeypatch):
    monkeypatch.setattr(reduction, "BLOCK_ROWS", 16)
    x = features(n, 8)
    found, peer = learned(x, 3), PCA(expected).fit(x.numpy())
    np.testing.assert_allclose(found.mean, peer.mean_, rtol=1e-5)
    np.testing.assert_allclose(
        np.abs(found.directions.numpy() @ peer.components_.T), np.eye(expected), atol=1e-4
    )
    np.testing.assert_allclose(found(x).abs(), np.abs(peer.transform(x.numpy())), rtol=1e-3, atol=1e-3)


def test_features_that_are_all_the_same_do_no_harm():
    x = torch.full((10, 6), 3.0)
    assert learned(x, 2)(x).tolist() == [[0, 0]] * 10
