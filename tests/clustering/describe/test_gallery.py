from dataclasses import replace

import numpy as np
import pytest

from clustering.describe.captions import GAP, SIZE, captioned
from clustering.describe.gallery import NEAREST, SUREST, gallery, tiles
from clustering.describe.rows import ClusterRow

ROW = ClusterRow(
    index=0,
    size=2,
    share=0.5,
    dispersion=1.0,
    silhouette=None,
    nearest=None,
    purity=None,
    center=None,
    decoded="decoded-0.npy",
    medoid=0,
    typical=[0, 1],
    boundary=[],
    confident=[],
)


ABOVE = SIZE + 2 * GAP


def tile(picture, row, column):
    """The middle pixel of a tile."""
    return picture.getpixel((2 + column * 66 + (2 if column else 0) + 32, 2 + row * 66 + 32))


def flat(*values, shape=(8, 8, 1), dtype=np.uint8):
    return np.stack([np.full(shape, value, dtype=dtype) for value in values])


def test_a_row_shows_the_prototype_then_the_typical_members():
    picture = tiles(flat(10, 20), [ROW], flat(200).astype(np.float32))
    assert [tile(picture, 0, column) for column in range(3)] == [(200,) * 3, (10,) * 3, (20,) * 3]


def test_confident_members_stand_apart_behind_the_typical_ones():
    rows = [replace(ROW, index=0, typical=[0], confident=[1, 0]), replace(ROW, index=1, confident=[1])]
    picture = tiles(flat(10, 20), rows, flat(200, 200).astype(np.float32))
    plain = tiles(flat(10, 20), [replace(row, confident=[]) for row in rows], None)
    assert picture.width == plain.width + 2 * 66 + 2
    shown = [picture.getpixel((6 + column * 66 + 32, 34))[0] for column in (1, 3, 4)]
    assert shown == [10, 20, 10]
    assert picture.getpixel((6 + 4 * 66 + 32, 34 + 66)) == (255, 255, 255)


def test_without_a_decoder_the_medoid_stands_in():
    picture = tiles(flat(10, 20), [replace(ROW, medoid=1)], None)
    assert tile(picture, 0, 0) == (20, 20, 20)


def test_empty_clusters_have_no_row():
    rows = [replace(ROW, index=0, size=0, medoid=None, typical=[], decoded=None), replace(ROW, index=1)]
    picture = gallery(flat(10, 20), rows, flat(0, 200).astype(np.float32))
    alone = gallery(flat(10, 20), rows[1:], flat(0, 200).astype(np.float32))
    assert picture.tobytes() == alone.tobytes()


def test_colors_stay_colors():
    x = np.zeros((2, 4, 4, 3), dtype=np.uint8)
    x[..., 0] = 255
    assert tile(tiles(x, [ROW], None), 0, 0) == (255, 0, 0)


def test_floats_are_stretched_over_what_is_drawn():
    picture = tiles(flat(-1.0, 3.0, dtype=np.float32), [ROW], None)
    assert tile(picture, 0, 1) == (0, 0, 0)
    assert tile(picture, 0, 2) == (255, 255, 255)


def test_prototypes_beyond_the_range_are_clipped():
    picture = tiles(flat(10, 20), [ROW], flat(-50.0, dtype=np.float32))
    assert tile(picture, 0, 0) == (0, 0, 0)


@pytest.mark.parametrize("shape", [(8, 8), (3, 9, 1), (200, 100, 3), (1, 1, 2)])
def test_images_of_any_size_fit_their_tile(shape):
    assert tiles(flat(1, 2, shape=shape), [ROW], None).size == (3 * 66 + 4, 68)


def test_of_very_many_clusters_the_largest_are_drawn():
    rows = [replace(ROW, index=index, size=1 + index % 7, typical=[0]) for index in range(500)]
    assert gallery(flat(1, 2), rows, None).height == 200 * 66 + 2 + ABOVE


@pytest.mark.parametrize("dtype", [np.int16, np.int64, np.float64, bool])
def test_numbers_of_any_kind_are_drawn(dtype):
    assert tile(tiles(flat(0, 1, dtype=dtype), [ROW], None), 0, 2) == (255, 255, 255)


def test_the_picture_says_which_cluster_a_row_is_and_what_its_columns_are():
    rows = [replace(ROW, index=3, typical=[0], confident=[1, 0])]
    drawn = tiles(flat(10, 20), rows, None)
    named = [(2, "medoid"), (70, NEAREST), (138, SUREST)]
    expected = captioned(drawn, columns=named, rows=[(2, "3")])
    assert gallery(flat(10, 20), rows, None).tobytes() == expected.tobytes()
