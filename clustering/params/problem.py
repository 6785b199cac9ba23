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
