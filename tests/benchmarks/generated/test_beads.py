import numpy as np
import pytest

from benchmarks.generated.beads import COLORS, SHAPES, beads


@pytest.fixture(scope="module")
def made():
    return beads(400)


def test_a_seed_makes_the_same_beads_again_and_another_makes_others(made):
    again, other = beads(400), beads(400, seed=1)
    assert (made.views["top"] == again.views["top"]).all()
    assert (made.attributes == again.attributes).all()
    assert (made.views["side"] != other.views["side"]).any()


def test_each_bead_has_two_views_three_attributes_and_two_labels(made):
    assert {view.shape for view in made.views.values()} == {(400, 64, 64, 3)}
    assert {view.dtype for view in made.views.values()} == {np.dtype(np.uint8)}
    assert made.attributes.shape == (400, 3)
    assert (made.attributes > 0).all()
    assert set(made.labels["color"].tolist()) == {*range(len(COLORS)), -1}
    assert set(made.labels["shape"].tolist()) == {*range(len(SHAPES)), -1}


def test_as_many_outliers_as_asked_are_planted_and_have_no_labels(made):
    assert made.outlier.sum() == 12
    assert ((made.labels["shape"] == -1) == made.outlier).all()
    assert not beads(50, outliers=0).outlier.any()


def test_colors_and_shapes_are_biased(made):
    color, shape = (made.labels[name][~made.outlier] for name in ("color", "shape"))
    yellow, *_, green = np.bincount(color)
    assert yellow > 2 * green
    barrels = np.bincount(color[shape == 1], minlength=5)
    assert barrels[:2].sum() > 0.8 * barrels.sum()


def test_the_center_of_the_side_view_has_the_color_and_that_of_the_top_view_is_the_hole(made):
    good = ~made.outlier
    middle = made.views["side"][good][:, 28:36, 28:36].mean((1, 2)) / 255
    tones = np.array([rgb for rgb, _ in COLORS.values()]) / 255
    nearest = np.square(middle[:, None] - tones).sum(-1).argmin(1)
    assert (nearest == made.labels["color"][good]).mean() > 0.9
    assert made.views["top"][good][:, 31:33, 31:33].mean() > 190


def test_only_attributes_know_the_size_and_views_know_the_ratio(made):
    good = ~made.outlier
    _, length, width = made.attributes[good].T
    shape = made.labels["shape"][good]
    ratios = [np.median((length / width)[shape == number]) for number in range(len(SHAPES))]
    assert np.allclose(ratios, [form[1] for form, _ in SHAPES.values()], rtol=0.05)
    inked = (made.views["top"][good].min(-1) < 180).mean((1, 2))
    assert abs(np.corrcoef(inked, width)[0, 1]) < 0.2
