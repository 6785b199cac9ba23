import numpy as np
import pytest
from scipy.spatial import ConvexHull

from benchmarks.rendered import SHAPES, mask, outline, rendered


def test_a_seed_makes_the_same_images_again_and_another_makes_others():
    first, again, other = rendered(20, 1), rendered(20, 1), rendered(20, 2)
    assert (first.x == again.x).all()
    assert (first.y == again.y).all()
    assert (first.x != other.x).any()


def test_shapes_are_equally_frequent_and_in_no_order():
    images = rendered(100)
    assert images.x.shape == (100, 32, 32, 3)
    assert images.x.dtype == np.uint8
    assert np.bincount(images.y).tolist() == [20] * len(SHAPES)
    assert (np.diff(images.y) < 0).any()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_lies_within_the_unit_circle_and_is_drawn_with_soft_edges(shape):
    assert np.linalg.norm(outline(shape), axis=1).max() <= 1 + 1e-9
    drawn = mask(shape, np.random.default_rng(0))
    assert drawn.min() == 0
    assert drawn.max() == 1
    assert ((drawn > 0) & (drawn < 1)).any()


def test_only_star_and_cross_have_dents():
    dents = {shape: len(ConvexHull(outline(shape)).vertices) < len(outline(shape)) for shape in SHAPES}
    assert [shape for shape, dented in dents.items() if dented] == ["star", "cross"]


def test_a_cross_has_arms_as_long_as_the_circle():
    corners = outline("cross")
    assert len(corners) == 12
    assert np.isclose(np.linalg.norm(corners, axis=1).max(), 1)


def test_an_unknown_shape_is_refused():
    with pytest.raises(ValueError, match="There is no shape heart"):
        outline("heart")
