"""Glass beads: two views and three measures each, biased colors and shapes, and things that are none."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.generated.bead_views import Floats, Forms, shards, side_views, top_views
from benchmarks.generated.factored import Labels

COLORS = {
    "yellow": ((215, 175, 40), 0.32),
    "black": ((30, 30, 35), 0.28),
    "brown": ((130, 60, 35), 0.18),
    "blue": ((40, 80, 180), 0.12),
    "green": ((50, 140, 80), 0.10),
}
"""RGB and share."""
SHAPES = {
    "round": ((2.0, 0.9, 0.22), 0.36),
    "barrel": ((5.0, 1.5, 0.35), 0.26),
    "almond": ((1.25, 1.7, 0.15), 0.16),
    "disc": ((3.0, 0.4, 0.4), 0.22),
}
"""Exponent of the outline, length over width, radius of the hole over the bead's; and share."""
RARE_BARRELS = 0.1
"""How often as many barrels there are of the colors in which they are rare."""
ATTRIBUTES = ("weight", "length", "width")
"""Grams and millimeters."""


class Beads(NamedTuple):
    """Beads and the truth about them; −1 is the color and the shape of what is none."""

    views: Mapping[str, NDArray[np.uint8]]
    """`top` and `side`, (n, 64, 64, 3)."""
    attributes: Floats
    """(n, 3), in the order of ATTRIBUTES."""
    labels: Mapping[str, Labels]
    """`color` and `shape`."""

    @property
    def outlier(self) -> NDArray[np.bool_]:
        """Which samples were planted, (n,)."""
        planted: NDArray[np.bool_] = self.labels["color"] < 0
        return planted


def beads(n: int = 4669, outliers: float = 0.03, seed: int = 0) -> Beads:
    """A stand-in for the thesis's collection, which is not public.

    Source:
        A.4, section 3: 4,669 beads, recorded from above and from the side, cropped and brought to 64×64, so
        that only the attributes know sizes; angles and reflections stray; yellow, black and brown outnumber
        the rest; barrels are nearly all yellow or black; some things are no beads. Five colors, four shapes
        and the share of outliers are ours.
    """
    rng = np.random.default_rng(seed)
    planted = rng.permutation(np.arange(n) < round(outliers * n))
    color, shape = _biased(n, rng)
    forms = _forms(shape, rng)
    tones = np.array([rgb for rgb, _ in COLORS.values()])[color] / 255 * rng.uniform(0.85, 1.15, (n, 1))
    tones = (tones + rng.normal(0, 0.02, (n, 3))).astype(np.float32)
    views = {"top": top_views(forms, tones, rng), "side": side_views(forms, tones, rng)}
    attributes = _attributes(forms, planted, rng)
    others = shards(int(planted.sum()), rng)
    for number, view in enumerate(views.values()):
        view[planted] = others[:, number]
    labels = {"color": np.where(planted, -1, color), "shape": np.where(planted, -1, shape)}
    return Beads(views, attributes, labels)


def _biased(n: int, rng: Generator) -> tuple[Labels, Labels]:
    """Colors and shapes (n,) drawn from a joint distribution that is not their product."""
    joint = np.outer(*([share for _, share in table.values()] for table in (COLORS, SHAPES)))
    joint[2:, list(SHAPES).index("barrel")] *= RARE_BARRELS
    drawn = rng.choice(joint.size, n, p=(joint / joint.sum()).ravel())
    color, shape = np.unravel_index(drawn, joint.shape)
    return color, shape


def _forms(shape: Labels, rng: Generator) -> Forms:
    """What each bead is like within its shape."""
    typical = np.array([form for form, _ in SHAPES.values()])[shape]
    return Forms(*(typical * rng.normal(1, 0.05, typical.shape).clip(0.85, 1.15)).T.astype(np.float32))


def _attributes(forms: Forms, planted: NDArray[np.bool_], rng: Generator) -> Floats:
    """Weight, length and width (n, 3); of what is no bead, out of proportion."""
    n = len(planted)
    width = 9 * np.exp(0.15 * rng.standard_normal(n))
    length = forms.aspect * width
    weight = 2.4e-3 * 0.6 * length * width**2 * (1 - forms.hole**2) * rng.normal(1, 0.05, n)
    found = np.stack([weight, length, width], axis=1)
    strange = found * np.exp(rng.choice([-1.0, 1.0], found.shape) * rng.uniform(0.5, 1.2, found.shape))
    return np.where(planted[:, None], strange, found).astype(np.float32)
