"""Whether views can be drawn from the samples of a data set."""

from collections.abc import Iterator

from clustering.params.augment import AnyAugment
from clustering.params.problem import Kind, Problem


def view_problems(augment: AnyAugment, field: str, kind: Kind, shape: tuple[int, ...]) -> Iterator[Problem]:
    """All reasons why these views cannot be drawn.

    Args:
        augment: the views.
        field: JSON pointer to them in the spec, for example `/augment`.
        kind: vectors or images.
        shape: of one sample as stored.
    """
    if kind != "images":
        message = "Augmentation needs images; the data set has vectors."
        yield Problem(field, "needs_images", message, {"enum": [None]})
    elif augment.type in ("simclr", "object") and shape[2] != 3:
        message = f"{augment.type} needs images with 3 color channels; these have {shape[2]}."
        colorless = {"enum": ["affine", "crop", "strong", "window"]}
        yield Problem(f"{field}/type", "needs_color", message, colorless)
    elif augment.type in ("crop", "strong") and augment.padding >= min(shape[:2]):
        message = f"Padding of {augment.padding} pixels needs larger images; these are {shape[0]}×{shape[1]}."
        yield Problem(f"{field}/padding", "images_too_small", message, {"maximum": min(shape[:2]) - 1})
    elif augment.type == "window" and max(augment.sides) > min(shape[:2]):
        size = f"{shape[0]}×{shape[1]}"
        message = f"A window of {max(augment.sides):g} pixels needs larger images; these are {size}."
        accepted = {"items": {"maximum": min(shape[:2])}}
        yield Problem(f"{field}/sides", "images_too_small", message, accepted)
