import numpy as np

from clustering.describe.heat import CELL, COLORS, heat, heat_map


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


def test_a_map_has_its_squares_and_a_scale_from_1_down_to_0():
    values = np.eye(3)
    picture, squares = heat_map(values), heat(values)
    pixels, yellow = np.asarray(picture), np.array(COLORS[-1])
    columns = np.flatnonzero((pixels == yellow).all(axis=2).any(axis=0))
    inside = picture.crop(
        (columns[0] - 1, picture.height - squares.height, columns[0] + squares.width - 1, picture.height)
    )
    assert inside.tobytes() == squares.tobytes()
    top = picture.height - squares.height
    ends = [picture.getpixel((picture.width - 2, line)) for line in (top + 2, picture.height - 2)]
    assert ends == [tuple(map(int, COLORS[-1])), tuple(map(int, COLORS[0]))]


def test_many_numbers_stay_within_a_screen():
    assert max(heat(np.eye(300)).size) <= 2000
    assert max(heat_map(np.eye(300)).size) <= 2100
