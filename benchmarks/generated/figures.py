"""Dancing stick figures: what the arms do and what the legs do are two independent clusterings."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.generated.factored import Factored, combinations

Floats = NDArray[np.float64]
SIDE, PADDED = 20, 32
NECK, HIP, HEAD, HEAD_RADIUS = (10.0, 6.5), (10.0, 12.0), (10.0, 3.8), 2.2
HANDS = {
    "raised": ((3.5, 2.5), (16.5, 2.5)),
    "level": ((2.5, 7.5), (17.5, 7.5)),
    "lowered": ((5.0, 13.0), (15.0, 13.0)),
}
FEET = {
    "together": ((8.8, 18.5), (11.2, 18.5)),
    "apart": ((4.0, 18.0), (16.0, 18.0)),
    "kicking": ((9.0, 18.5), (17.5, 12.0)),
}
JOINT_NOISE, PIXEL_NOISE = 0.4, 0.03
STROKE = 0.7
"""Half the width of a limb, in pixels."""


def stick_figures(n: int = 900, seed: int = 0) -> Factored:
    """Images (n, 32, 32) in [0, 1]: three poses of the upper body times three of the lower.

    Source:
        A.1, section 3.1 and table 2 of its supplement: 900 figures of 20×20 in nine basic poses, padded to
        32×32. Which poses, and how far joints and pixels stray from them, are ours.
    """
    rng = np.random.default_rng(seed)
    labels = combinations(n, {"upper": len(HANDS), "lower": len(FEET)}, rng)
    hands = np.array(list(HANDS.values()))[labels["upper"]]
    feet = np.array(list(FEET.values()))[labels["lower"]]
    ends = np.concatenate([hands, feet], axis=1)
    ends = ends + JOINT_NOISE * rng.standard_normal(ends.shape)
    ink = np.maximum(_limbs(ends), _body())
    drawn = (ink + PIXEL_NOISE * rng.standard_normal(ink.shape)).clip(0, 1)
    margin = (PADDED - SIDE) // 2
    return Factored(np.pad(drawn, ((0, 0), (margin, margin), (margin, margin))).astype(np.float32), labels)


def _limbs(ends: Floats) -> Floats:
    """Ink (n, 20, 20) of the lines to two hands and two feet (n, 4, 2)."""
    starts = np.array([NECK, NECK, HIP, HIP])
    lines = [_distance(np.broadcast_to(starts[i], ends[:, i].shape), ends[:, i]) for i in range(4)]
    return _ink(np.minimum.reduce(lines))


def _body() -> Floats:
    """Ink (1, 20, 20) of head and trunk."""
    trunk = _distance(np.array([NECK]), np.array([HIP]))
    head = np.abs(np.linalg.norm(_grid() - np.array(HEAD), axis=-1) - HEAD_RADIUS)
    return _ink(np.minimum(trunk, head))


def _distance(a: Floats, b: Floats) -> Floats:
    """Distance (n, 20, 20) of each pixel from the segment between a and b (n, 2)."""
    along, pixels = (b - a)[:, None, None], _grid() - a[:, None, None]
    share = ((pixels * along).sum(-1) / np.square(along).sum(-1)).clip(0, 1)
    distance: Floats = np.linalg.norm(pixels - share[..., None] * along, axis=-1)
    return distance


def _ink(distance: Floats) -> Floats:
    """Full within the stroke, fading over one pixel at its edge."""
    return (STROKE + 0.5 - distance).clip(0, 1)


def _grid() -> Floats:
    """Centers (20, 20, 2) of the pixels, x before y."""
    down, right = np.mgrid[:SIDE, :SIDE] + 0.5
    return np.stack([right, down], axis=-1)
