"""What holds for all generators of images, and what is peculiar to each."""

import numpy as np
import pytest

from benchmarks.generated.figures import stick_figures
from benchmarks.generated.objects import nonredundant_objects, objects
from benchmarks.generated.pairs import digit_pairs
from clustering.metrics.agreement import nmi

CASES = {
    "figures": (lambda **own: stick_figures(90, **own), (90, 32, 32), {"upper": 3, "lower": 3}),
    "objects": (lambda **own: objects(90, 32, **own), (90, 32, 32), {"shape": 3}),
    "nonredundant": (
        lambda **own: nonredundant_objects(72, 32, 2, **own),
        (72, 32, 32, 3),
        {"color": 6, "shape": 3, "material": 2},
    ),
}


@pytest.mark.parametrize(("generator", "shape", "factors"), CASES.values(), ids=CASES)
def test_images_have_their_shape_and_each_factor_is_balanced_and_in_no_order(generator, shape, factors):
    x, labels = generator()
    assert x.shape == shape
    assert {name: len(np.bincount(label)) for name, label in labels.items()} == factors
    assert all(np.ptp(np.bincount(label)) == 0 for label in labels.values())
    assert all((np.diff(label) < 0).any() for label in labels.values())


@pytest.mark.parametrize(("generator", "shape", "factors"), CASES.values(), ids=CASES)
def test_a_seed_makes_the_same_images_again_and_another_makes_others(generator, shape, factors):
    first, again, other = generator(seed=1), generator(seed=1), generator(seed=2)
    assert (first.x == again.x).all()
    assert (first.x != other.x).any()


@pytest.mark.parametrize(("generator", "shape", "factors"), CASES.values(), ids=CASES)
def test_factors_are_independent_and_all_of_them_together_explain_most_of_an_image(generator, shape, factors):
    x, labels = generator()
    values = list(labels.values())
    assert all(nmi(a, b) < 1e-9 for i, a in enumerate(values) for b in values[:i])
    x = x.reshape(len(x), -1).astype(float)
    cells = np.unique(np.stack(values), axis=1, return_inverse=True)[1].ravel()
    within = sum(x[cells == cell].var(0).sum() * (cells == cell).sum() for cell in set(cells.tolist()))
    assert within < 0.6 * x.var(0).sum() * len(x)


def test_a_figure_has_black_margins_and_its_two_halves_tell_apart_their_own_factor():
    x, labels = stick_figures(90)
    assert x[:, :6].max() == x[:, :, :6].max() == x[:, -6:].max() == 0
    upper = x[:, 6:14]
    means = np.stack([upper[labels["upper"] == pose].mean(0) for pose in range(3)])
    nearest = np.square(upper[:, None] - means).sum((2, 3)).argmin(1)
    assert (nearest == labels["upper"]).all()


def test_all_light_is_what_differs_between_images_of_one_shape():
    x, labels = objects(60, 32)
    cubes = x[labels["shape"] == 0].astype(float)
    assert cubes.std(0).max() > 2
    edges = [np.abs(np.diff(cube, axis=1)).max(0).argmax() for cube in cubes]
    assert np.ptp(edges) <= 16


def test_metal_shines_and_rubber_does_not():
    x, labels = nonredundant_objects(144, 32, 1)
    metal = labels["material"] == 1
    for shape in range(3):
        own = labels["shape"] == shape
        assert x[own & metal].min(-1).max((1, 2)).mean() > x[own & ~metal].min(-1).max((1, 2)).mean()


def test_pairs_take_each_digit_once_a_side():
    x, labels = digit_pairs(5000)
    assert x.shape == (5000, 28, 56)
    assert np.bincount(labels["left"]).tolist() == np.bincount(labels["right"]).tolist() == [500] * 10
    assert nmi(labels["left"], labels["right"]) < 0.02
    assert np.isclose(x[:, :, :28].sum(), x[:, :, 28:].sum(), rtol=1e-4)
    assert (digit_pairs(50).x == x[:50]).all()
    assert len(digit_pairs(5001).x) == 5001
