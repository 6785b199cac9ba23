import numpy as np
import pytest
import torch

from clustering.augment import augmenter
from clustering.augment.waves import SHORTEST, random_waves
from clustering.params.augment import SimclrAugment


def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def gray():
    return torch.full((200, 3, 24, 32), 0.5)


def test_waves_add_the_same_to_every_channel_and_no_more_than_two_amplitudes(gray):
    added = random_waves(gray, 0.1, generator()) - gray
    assert torch.equal(added[:, 0], added[:, 2])
    assert 0.15 < added.abs().max() <= 0.2 + 1e-6
    assert added.mean() == pytest.approx(0, abs=0.01)


def test_a_wave_is_the_sine_of_its_formula(gray, monkeypatch):
    monkeypatch.setattr("clustering.augment.waves.COUNT", 1)
    out = random_waves(gray, 0.2, generator())
    draws = generator()
    frequency, angle, phase, size = (
        torch.empty(200).uniform_(low, high, generator=draws).double().numpy()
        for low, high in ((1 / 32, 1 / SHORTEST), (0, 2 * np.pi), (0, 2 * np.pi), (0, 0.2))
    )
    for row, column in ((0, 0), (5, 31), (23, 7)):
        along = 2 * np.pi * frequency * (column * np.cos(angle) + row * np.sin(angle))
        expected = 0.5 + size * np.sin(along + phase)
        np.testing.assert_allclose(out[:, 1, row, column], expected, atol=1e-4)


def test_values_stay_within_their_range():
    out = random_waves(torch.rand(50, 1, 8, 8), 1.0, generator())
    assert out.min() == 0 and out.max() == 1


def test_a_view_has_waves_where_they_are_asked_for(gray):
    plain = SimclrAugment(jitter=0, grayscale=0, solarize=0)
    still, moved = (
        augmenter(params)(gray, generator()) for params in (plain, plain.model_copy(update={"waves": 0.1}))
    )
    torch.testing.assert_close(still, gray)
    assert (moved.std((2, 3)) > 0).all()


def test_a_largest_area_below_the_smallest_is_refused():
    with pytest.raises(ValueError, match="accepted is min_area"):
        SimclrAugment(min_area=0.5, max_area=0.4)
