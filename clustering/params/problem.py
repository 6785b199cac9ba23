"""One reason why params cannot be fitted to a data set."""

from typing import Any, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["vectors", "images"]


class Problem(NamedTuple):
    """One reason why params cannot be fitted to a data set."""

    field: str
    """JSON pointer into the spec, for example `/augment/type`."""
    code: str
    message: str
    accepted: dict[str, Any] | None
    """What would be accepted in this field, as JSON schema words; None where no value would."""


class Beside(NamedTuple):
    """What a data set of images holds beyond one picture of each sample."""

    views: int = 1
    """Side by side in the image, each as wide as the others."""
    attributes: int = 0

    def shape_of_a_view(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """(h, w, c) of one view, from that of a whole sample as stored."""
        return (shape[0], shape[1] // self.views, *shape[2:]) if len(shape) > 1 else shape


PLAIN = Beside()
"""One picture, or a vector."""
