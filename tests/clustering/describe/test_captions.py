import numpy as np
from PIL import Image

from clustering.describe.captions import GAP, SIZE, captioned, side_by_side

GRAY = Image.new("RGB", (40, 30), (128, 128, 128))


def dark(picture):
    """Where letters are."""
    return np.asarray(picture).max(axis=2) < 100


def test_captions_stand_above_and_before_what_they_name():
    picture = captioned(GRAY, columns=[(20, "I")], rows=[(10, "12")])
    left, top = picture.width - 40, SIZE + 2 * GAP
    assert picture.height == 30 + top
    assert picture.crop((left, top, left + 40, top + 30)).tobytes() == GRAY.tobytes()
    above, before = dark(picture)[:top], dark(picture)[:, :left]
    assert np.flatnonzero(above.any(axis=0)).min() >= left + 20
    lines = np.flatnonzero(before.any(axis=1))
    assert top + 10 <= lines.min() <= lines.max() < top + 10 + 2 * SIZE


def test_a_caption_longer_than_the_picture_makes_it_wider():
    assert captioned(GRAY, columns=[(30, "a long caption")]).width > 60


def test_without_captions_a_picture_stays_as_it_is():
    assert captioned(GRAY).tobytes() == GRAY.tobytes()


def test_pictures_side_by_side_keep_their_size():
    both = side_by_side(GRAY, Image.new("RGB", (10, 50)))
    assert both.size == (50 + 2 * GAP, 50)
    assert both.getpixel((0, 0)) == (128, 128, 128)
    assert both.getpixel((49 + 2 * GAP, 49)) == (0, 0, 0)
