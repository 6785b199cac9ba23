"""Rendered color images of one shape each; the shape is the label, all else is drawn at random.

Made of nothing but a seed. Each image is 32×32 and shows one of five shapes at a random place, size and
angle, in a random color, on a background of another one. Shape and background each have a texture of their
own: none, stripes, checks or a gradient, of random direction, scale and strength. The edge is antialiased:
the shape is drawn four times as fine and averaged down. Shapes are equally frequent, in random order.
"""

import colorsys

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.datasets import Labeled

SIDE, FINE = 32, 4
SHAPES = ("circle", "square", "triangle", "star", "cross")
LEAST_CONTRAST = 0.35
"""Distance of the two colors in RGB, each channel in [0, 1]."""
Floats = NDArray[np.float64]


def rendered(n: int = 2000, seed: int = 0) -> Labeled:
    """Images (n, 32, 32, 3) of bytes, and the index of each one's shape in SHAPES."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % len(SHAPES))
    return Labeled(np.stack([image(SHAPES[shape], rng) for shape in y]), y.astype(np.int64))


def image(shape: str, rng: Generator) -> NDArray[np.uint8]:
    """One image (32, 32, 3)."""
    front, back = colors(rng)
    share = mask(shape, rng)[..., None]
    mixed = share * textured(front, rng) + (1 - share) * textured(back, rng)
    return (255 * mixed.clip(0, 1)).round().astype(np.uint8)


def colors(rng: Generator) -> tuple[Floats, Floats]:
    """Two colors (3,) that can be told apart."""
    while True:
        front, back = (np.array(colorsys.hsv_to_rgb(*rng.uniform((0, 0.2, 0.3), 1))) for _ in range(2))
        if np.linalg.norm(front - back) >= LEAST_CONTRAST:
            return front, back


def mask(shape: str, rng: Generator) -> Floats:
    """The share (32, 32) of each pixel that the shape covers."""
    radius = rng.uniform(0.26, 0.42) * SIDE
    center = SIDE / 2 + rng.uniform(-0.1, 0.1, 2) * SIDE
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = (outline(shape) @ turn.T * radius + center) * FINE
    drawn = Image.new("L", (SIDE * FINE, SIDE * FINE))
    ImageDraw.Draw(drawn).polygon([(x, y) for x, y in points.tolist()], fill=255)
    return np.asarray(drawn.resize((SIDE, SIDE), Image.Resampling.BOX), float) / 255


def outline(shape: str) -> Floats:
    """Corners (m, 2) within the unit circle."""
    match shape:
        case "circle":
            return 0.9 * corners(64)
        case "square":
            return corners(4)
        case "triangle":
            return corners(3)
        case "star":
            return corners(10) * np.where(np.arange(10) % 2, 0.4, 1.0)[:, None]
        case "cross":
            arm = np.array([[1, 0.3], [0.3, 0.3], [0.3, 1]]) / np.hypot(1, 0.3)
            quarter = np.array([[0, 1], [-1, 0]])
            return np.concatenate([arm @ np.linalg.matrix_power(quarter, turns) for turns in range(4)])
    raise ValueError(f"There is no shape {shape}; accepted are {', '.join(SHAPES)}.")


def corners(m: int) -> Floats:
    """m points (m, 2) on the unit circle."""
    angles = 2 * np.pi * np.arange(m) / m
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def textured(color: Floats, rng: Generator) -> Floats:
    """A color with a texture, (32, 32, 3)."""
    angle, waves, phase = rng.uniform(0, np.pi), rng.uniform(3, 8), rng.uniform(0, 2 * np.pi)
    down, right = np.mgrid[:SIDE, :SIDE] / SIDE
    along = np.cos(angle) * right + np.sin(angle) * down
    across = np.cos(angle) * down - np.sin(angle) * right
    match rng.choice(["none", "stripes", "checks", "gradient"]):
        case "stripes":
            pattern = np.sin(2 * np.pi * waves * along + phase)
        case "checks":
            pattern = np.sin(2 * np.pi * waves * along + phase) * np.sin(2 * np.pi * waves * across)
        case "gradient":
            pattern = 2 * (along - along.min()) / np.ptp(along) - 1
        case _:
            pattern = np.zeros_like(along)
    return color + rng.uniform(0.04, 0.12) * pattern[..., None]
