import numpy as np

from clustering.describe.heat import CELL, COLORS, heat


def middle(picture, row, column):
    cell = picture.width // 3
    return picture.getpixel((column * cell + cell // 2, row * cell + cell // 2))


def test_numbers_are_colored_squares():
    values = np.array([[1.0, 0.5, 0.0], [0.25, 1.0, 0.125], [0.0, 2.0, np.nan]])
    picture = heat(values)
    assert picture.size == (3 * CELL, 3 * CELL)
    first, second = COLORS[0], COLORS[1]
    assert middle(picture, 0, 0) == tuple(int(part) for part in COLORS[-1])
    assert middle(picture, 0, 1) == tuple(int(part) for part in COLORS[2])
    assert middle(picture, 1, 0) == tuple(int(part) for part in second)
    assert middle(picture, 1, 2) == tuple(int(part) for part in ((first + second) / 2).round())
    assert middle(picture, 2, 1) == middle(picture, 0, 0)
    assert middle(picture, 2, 2) == middle(picture, 0, 2)


def test_many_numbers_stay_within_a_screen():
    assert max(heat(np.eye(300)).size) <= 2000
