"""Views of beads from the side and along the hole: surfaces of revolution, lit and photographed."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float32]
FILL, NOISE = 0.8, 0.01
"""Share of the frame that a cropped bead fills; deviation of the camera's noise."""
LIGHT = np.array([-0.5, -0.6, 0.8])
CHUNK = 256


class Forms(NamedTuple):
    """Beads (n,) whose outline from the side is |t|^p + |r|^p = 1, cut where the hole is."""

    exponent: Floats
    aspect: Floats
    """Length over width."""
    hole: Floats
    """Radius of the hole over that of the bead."""


View: TypeAlias = Callable[[Forms, Floats, Floats], tuple[NDArray[np.bool_], Floats]]
"""From forms and where each pixel lies, right and down, to what is solid and its normals."""


def side_views(forms: Forms, colors: Floats, rng: Generator) -> NDArray[np.uint8]:
    """Bytes (n, 64, 64, 3), the hole lying level but for a tilt, for colors (n, 3)."""
    return _photographs(_side, forms, colors, rng)


def top_views(forms: Forms, colors: Floats, rng: Generator) -> NDArray[np.uint8]:
    """Bytes (n, 64, 64, 3), looking along the hole."""
    return _photographs(_top, forms, colors, rng)


def shards(n: int, rng: Generator) -> NDArray[np.uint8]:
    """Bytes (n, 2, 64, 64, 3) of things that are no beads: flat, without a hole, jagged, in two colors."""
    right, down = _grids(n, rng, angles=(0, 2 * np.pi))
    radius, angle = np.hypot(right, down), np.arctan2(down, right)
    waves = np.arange(2, 7)
    phase, height = (rng.uniform(0, high, (2, n, 5, 1, 1)) for high in (2 * np.pi, 0.14))
    colors = rng.random((2, n, 1, 1, 3)).astype(np.float32)
    drawn = []
    for number in range(2):
        edge = 0.6 + (height[number] * np.cos(waves[:, None, None] * angle[:, None] + phase[number])).sum(1)
        color = np.where((right > 0.2 * np.sin(6 * down))[..., None], *colors)
        drawn.append(_developed(np.where((radius < edge)[..., None], color, _paper(n, rng)), rng))
    return np.stack(drawn, axis=1)


def _photographs(view: View, forms: Forms, colors: Floats, rng: Generator) -> NDArray[np.uint8]:
    """In chunks: where the bead is, which way its surface looks, and what light makes of that."""
    found = []
    for start in range(0, len(colors), CHUNK):
        own = slice(start, start + CHUNK)
        part = Forms(*(field[own, None, None] for field in forms))
        solid, normal = view(part, *_grids(len(colors[own]), rng, angles=(-0.28, 0.28)))
        lit = _lit(normal, colors[own], rng)
        found.append(_developed(np.where(solid[..., None], lit, _paper(len(lit), rng)), rng))
    return np.concatenate(found)


def _side(forms: Forms, right: Floats, down: Floats) -> tuple[NDArray[np.bool_], Floats]:
    p, a, hole = forms
    radius = FILL / np.maximum(1, a)
    t, y = right / (a * radius), down / radius
    outline = (1 - np.abs(t).clip(0, 1) ** p) ** (1 / p)
    solid = (np.abs(y) < outline) & (outline > hole)
    share = (y / outline.clip(1e-3)).clip(-1, 1)
    across = outline ** (p - 1)
    along = np.sign(t) * np.abs(t) ** (p - 1) / a
    return solid, _unit(along, across * share, across * np.sqrt(1 - share**2))


def _top(forms: Forms, right: Floats, down: Floats) -> tuple[NDArray[np.bool_], Floats]:
    p, a, hole = forms
    r = np.hypot(right, down) / FILL
    height = (1 - r.clip(0, 1) ** p) ** (1 / p)
    outward = r.clip(1e-3) ** (p - 2) / FILL
    return (r < 1) & (r > hole), _unit(outward * right, outward * down, height ** (p - 1) / a)


def _grids(n: int, rng: Generator, angles: tuple[float, float]) -> tuple[Floats, Floats]:
    """Where each pixel (n, 64, 64) lies on things that are turned, shifted and cropped a little."""
    across = (2 * (np.arange(64, dtype=np.float32) + 0.5) / 64 - 1)[None]
    angle, zoom = rng.uniform(*angles, (n, 1, 1)), rng.uniform(0.93, 1.07, (n, 1, 1))
    shift = rng.uniform(-0.05, 0.05, (2, n, 1, 1))
    x, y = across[:, None] / zoom - shift[0], across[..., None] / zoom - shift[1]
    cos, sin = np.cos(angle), np.sin(angle)
    return (cos * x + sin * y).astype(np.float32), (cos * y - sin * x).astype(np.float32)


def _unit(*parts: Floats) -> Floats:
    normal = np.stack(parts, axis=-1)
    return normal / np.linalg.norm(normal, axis=-1, keepdims=True).clip(1e-6)


def _lit(normal: Floats, colors: Floats, rng: Generator) -> Floats:
    """Diffuse light from a place that strays, and glass's highlight, (n, 64, 64, 3)."""
    lights = LIGHT + rng.uniform(-0.3, 0.3, (len(colors), 3))
    lights = (lights / np.linalg.norm(lights, axis=1, keepdims=True)).astype(np.float32)
    halfway = lights + np.array([0, 0, 1], np.float32)
    halfway /= np.linalg.norm(halfway, axis=1, keepdims=True)
    diffuse, gloss = (np.einsum("nhwc,nc->nhw", normal, way).clip(0) for way in (lights, halfway))
    return (0.35 + 0.65 * diffuse)[..., None] * colors[:, None, None] + 0.3 * gloss[..., None] ** 24


def _paper(n: int, rng: Generator) -> Floats:
    """A light ground (n, 1, 1, 1) whose brightness strays."""
    return rng.uniform(0.85, 0.95, (n, 1, 1, 1)).astype(np.float32)


def _developed(light: Floats, rng: Generator) -> NDArray[np.uint8]:
    noisy = light + NOISE * rng.standard_normal(light.shape, dtype=np.float32)
    return (255 * noisy.clip(0, 1)).round().astype(np.uint8)
