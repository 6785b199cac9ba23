import numpy as np
import pytest
import torch
from sklearn.metrics.pairwise import cosine_similarity

from clustering.metrics.views import spread, view_cosine

CODES = torch.randn(20, 3, 4, generator=torch.Generator().manual_seed(0))


def test_the_cosine_is_the_mean_over_samples_and_pairs_of_views():
    expected = [
        cosine_similarity(CODES[:, i], CODES[:, j]).diagonal().mean() for i, j in ((0, 1), (0, 2), (1, 2))
    ]
    assert view_cosine(CODES) == pytest.approx(np.mean(expected))


def test_equal_views_agree_and_opposite_ones_do_not():
    same = CODES[:, :1].repeat(1, 2, 1)
    assert view_cosine(same) == pytest.approx(1)
    assert view_cosine(torch.cat([same[:, :1], -same[:, :1]], dim=1)) == pytest.approx(-1)
    assert view_cosine(CODES[:, :1]) == 1


def test_a_collapsed_code_agrees_and_has_no_spread():
    collapsed = torch.ones(20, 2, 4)
    assert view_cosine(collapsed) == pytest.approx(1)
    assert spread(collapsed) == 0
    assert spread(torch.zeros(20, 2, 4)) == 0


def test_the_spread_is_the_share_of_the_square_that_differs_between_samples():
    codes = CODES + 3
    means = codes.mean(dim=1).numpy()
    expected = means.var(axis=0).sum() / (codes.numpy() ** 2).sum(axis=2).mean()
    assert spread(codes) == pytest.approx(expected, rel=1e-5)
    assert spread(codes - codes.mean(dim=(0, 1))) > spread(codes)
