"""What a camera sees of a solid on the ground: normals of the surface, by casting a ray a pixel."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SHAPES = ("cube", "sphere", "cylinder")
FAR = 1e9
CUBE, CUBE_TURN, RADIUS, HEIGHT = 0.75, 0.5, 0.8, 1.5
FRAME = 1.7
"""Half the width of what the camera sees; the solids are within 1 of their middle."""


class Surface(NamedTuple):
    """What each pixel (h, w) shows."""

    normal: Floats
    """(h, w, 3), of unit length."""
    solid: NDArray[np.bool_]
    """Whether it is the solid and not the ground."""
    shade: Floats
    """Share of the light that reaches it: the ground is darker near the solid."""
    mirrored: Floats
    """How bright that is of the surroundings which it would mirror: sky, horizon or ground."""
    eye: Floats
    """(3,): direction toward the camera."""


def seen(shape: str, side: int, azimuth: float = 0.0, elevation: float = 0.5) -> Surface:
    """Cast side × side parallel rays; angles in radians.

    Raises:
        ValueError: there is no such shape.
    """
    eye, right, up = _camera(azimuth, elevation)
    across = FRAME * (2 * (np.arange(side) + 0.5) / side - 1)
    grid = across[None, :, None] * right - across[:, None, None] * up
    origin = grid + 10 * eye + np.array([0, 0, HEIGHT / 2])
    depth, normal = _hit(shape, origin, -eye)
    solid = depth < FAR
    ground = origin - (origin[..., 2:] / -eye[2]) * -eye
    near = np.exp(-np.square(np.linalg.norm(ground[..., :2], axis=-1) / 1.1))
    normal = np.where(solid[..., None], normal, np.array([0.0, 0.0, 1.0]))
    at = np.where(solid[..., None], origin - depth[..., None].clip(max=100) * eye, ground)
    return Surface(normal, solid, np.where(solid, 1.0, 1 - 0.6 * near), _mirrored(at, normal, eye), eye)


def _mirrored(at: Floats, normal: Floats, eye: Floats) -> Floats:
    """Brightness (h, w) of a dome of radius 3 where the line of sight meets it once it is thrown back."""
    back = 2 * (normal @ eye)[..., None] * normal - eye
    along = (at * back).sum(-1)
    length = -along + np.sqrt((np.square(along) - np.square(at).sum(-1) + 9).clip(0))
    height = at[..., 2] + length * back[..., 2]
    return 0.25 + 0.5 / (1 + np.exp(-4 * height)) + 0.4 * np.exp(-np.square(2.5 * (height - 0.6)))


def _camera(azimuth: float, elevation: float) -> tuple[Floats, Floats, Floats]:
    """Unit vectors toward the camera, to its right and up."""
    flat = np.array([np.cos(azimuth), np.sin(azimuth), 0])
    eye = np.cos(elevation) * flat + np.array([0, 0, np.sin(elevation)])
    right = np.array([-np.sin(azimuth), np.cos(azimuth), 0])
    return eye, right, np.cross(eye, right)


def _hit(shape: str, origin: Floats, ray: Floats) -> tuple[Floats, Floats]:
    """Depth (h, w) along the ray, FAR where it misses, and normal (h, w, 3)."""
    match shape:
        case "sphere":
            return _sphere(origin, ray)
        case "cube":
            return _cube(origin, ray)
        case "cylinder":
            return _cylinder(origin, ray)
    raise ValueError(f"There is no shape {shape}; accepted are {', '.join(SHAPES)}.")


def _sphere(origin: Floats, ray: Floats) -> tuple[Floats, Floats]:
    center = np.array([0, 0, RADIUS])
    depth = _first_root(origin - center, ray, RADIUS)
    return depth, (origin + depth[..., None] * ray - center) / RADIUS


def _cube(origin: Floats, ray: Floats) -> tuple[Floats, Floats]:
    cos, sin = np.cos(CUBE_TURN), np.sin(CUBE_TURN)
    turn = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])
    start, way = (origin - np.array([0, 0, CUBE])) @ turn.T, turn @ ray
    slabs = np.stack([(-CUBE - start) / way, (CUBE - start) / way])
    enter, leave = slabs.min(0), slabs.max(0)
    depth = enter.max(-1)
    axis = np.eye(3)[enter.argmax(-1)] * -np.sign(way)
    return np.where(depth < leave.min(-1), depth, FAR), axis @ turn


def _cylinder(origin: Floats, ray: Floats) -> tuple[Floats, Floats]:
    flat = np.array([1.0, 1.0, 0.0])
    length = np.linalg.norm(ray * flat)
    wall = _first_root(origin * flat, ray * flat / length, RADIUS) / length
    at = origin + wall[..., None] * ray
    wall = np.where((at[..., 2] >= 0) & (at[..., 2] <= HEIGHT), wall, FAR)
    lid = (HEIGHT - origin[..., 2]) / ray[2]
    on_lid = np.linalg.norm((origin + lid[..., None] * ray)[..., :2], axis=-1) <= RADIUS
    normal = np.where(on_lid[..., None], np.array([0.0, 0.0, 1.0]), at * flat / RADIUS)
    return np.where(on_lid, lid, wall), normal


def _first_root(start: Floats, ray: Floats, radius: float) -> Floats:
    """Where a unit ray meets the sphere or, if all is flat, the circle around the origin; FAR if nowhere."""
    along = start @ ray
    under = np.square(along) - np.square(start).sum(-1) + radius**2
    return np.where(under > 0, -along - np.sqrt(under.clip(0)), FAR)
