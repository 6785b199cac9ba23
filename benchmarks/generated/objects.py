"""Solids under moving light, in gray and in color and two materials."""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.generated.factored import Factored, combinations
from benchmarks.generated.solids import SHAPES, Surface, seen

Floats = NDArray[np.float32]
LIGHTS = np.array([[0.8, 0.6, 0.9], [0.7, -0.9, 0.5], [-0.7, 0.2, 0.8]])
"""Where the key, the fill and the back light come from when they do not move: the camera looks along x."""
STRENGTH = np.array([0.55, 0.25, 0.3], np.float32)
JITTER, AMBIENT, GROUND = 0.18, 0.15, 0.55
COLORS = {
    "red": (173, 35, 35),
    "blue": (42, 75, 215),
    "green": (29, 105, 20),
    "purple": (129, 38, 192),
    "cyan": (41, 208, 208),
    "yellow": (255, 238, 51),
}
MATERIALS = ("rubber", "metal")
SHINE = 24.0
"""Exponent of the metal's highlights."""
CHUNK = 2**20
"""Pixels shaded at once."""


def objects(n: int = 10_000, side: int = 64, seed: int = 0) -> Factored:
    """OBJECTS: bytes (n, 64, 64), a gray cube, sphere or cylinder, its shape the label.

    Source:
        A.2, section 4 and its supplement: 10,000 images of 4,096 pixels; all that varies beside the shape is
        a jitter of the lights from three directions.
    """
    rng = np.random.default_rng(seed)
    labels = combinations(n, {"shape": len(SHAPES)}, rng)
    surfaces = [seen(shape, side) for shape in SHAPES]
    albedo = np.full((n, 1), 0.8, np.float32)
    x = _photographs(surfaces, labels["shape"], albedo, np.zeros(n, np.float32), rng)
    return Factored(x[..., 0], labels)


def nonredundant_objects(n: int = 10_000, side: int = 128, poses: int = 8, seed: int = 0) -> Factored:
    """NR-Objects: bytes (n, 128, 128, 3), six colors × three shapes × two materials.

    Source:
        A.1, section 3.1: rendered as CLEVR is, with jitter of the lights; CLEVR jitters the camera, too. Here
        it stands at one of some random places, which the shapes share.
    """
    rng = np.random.default_rng(seed)
    labels = combinations(n, {"color": len(COLORS), "shape": len(SHAPES), "material": len(MATERIALS)}, rng)
    places = rng.uniform((-0.1, 0.45), (0.1, 0.55), (poses, 2))
    surfaces = [seen(shape, side, *place) for shape in SHAPES for place in places]
    which = labels["shape"] * poses + rng.integers(poses, size=n)
    albedo = (np.array(list(COLORS.values()), np.float32) / 255)[labels["color"]]
    return Factored(_photographs(surfaces, which, albedo, labels["material"].astype(np.float32), rng), labels)


def _photographs(
    surfaces: Sequence[Surface], which: NDArray[np.int64], albedo: Floats, metal: Floats, rng: Generator
) -> NDArray[np.uint8]:
    """Bytes (n, h, w, c): each sample's surface in its color (n, c), lit from directions of its own."""
    n, (side, _) = len(which), surfaces[0].solid.shape
    lights = LIGHTS + JITTER * rng.uniform(-1, 1, (n, *LIGHTS.shape))
    lights = (lights / np.linalg.norm(lights, axis=-1, keepdims=True)).astype(np.float32)
    found = np.empty((n, side, side, albedo.shape[1]), np.uint8)
    size = max(1, CHUNK // side**2)
    for number, surface in enumerate(surfaces):
        own = np.flatnonzero(which == number)
        for part in np.array_split(own, max(1, -(-len(own) // size))):
            shaded = _shaded(surface, lights[part], albedo[part], metal[part])
            found[part] = (255 * shaded.clip(0, 1)).round().astype(np.uint8)
    return found


def _shaded(surface: Surface, lights: Floats, albedo: Floats, metal: Floats) -> Floats:
    """Lambert's law; a solid of metal mirrors its surroundings, with Blinn and Phong's highlights.

    Shape (b, h, w, c).
    """
    normal, shade = surface.normal.astype(np.float32), surface.shade.astype(np.float32)
    diffuse = AMBIENT + _lit(normal, lights, 1.0)
    ground = np.repeat((GROUND * shade * diffuse)[..., None], albedo.shape[1], axis=-1)
    halfway = lights + surface.eye.astype(np.float32)
    halfway /= np.linalg.norm(halfway, axis=-1, keepdims=True)
    shiny = metal[:, None, None]
    gloss = 2.0 * shiny * _lit(normal, halfway, SHINE) if metal.any() else np.zeros_like(diffuse)
    mirrored = shiny * surface.mirrored.astype(np.float32)
    tinted = ((1 - 0.7 * shiny) * diffuse + 0.8 * mirrored)[..., None] * albedo[:, None, None]
    return np.where(surface.solid[..., None], tinted + (gloss + 0.1 * mirrored)[..., None], ground)


def _lit(normal: Floats, directions: Floats, power: float) -> Floats:
    """Light (b, h, w) of all directions (b, 3, 3) that falls on normals (h, w, 3), sharpened by a power."""
    cosines = np.tensordot(directions, normal, (2, 2)).clip(0)
    if power != 1:
        cosines **= power
    return np.einsum("l,blhw->bhw", STRENGTH, cosines)
