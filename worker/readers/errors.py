"""The one refusal of this package."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """The upload cannot become a dataset.

    `code` is stable: invalid_data (the content is not what it should be), unsafe_file (it would harm the
    reader), too_large (it exceeds a limit) or storage_full (no room here; not the file's fault).
    """

    def __init__(
        self,
        detail: str,
        *,
        code: str = "invalid_data",
        met: object = None,
        accepted: object = None,
        errors: Sequence[dict[str, Any]] = (),
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.met = met
        self.accepted = accepted
        self.errors = list(errors)

    def problem(self) -> dict[str, Any]:
        """The refusal as it travels."""
        return {
            "code": self.code,
            "detail": self.detail,
            "met": self.met,
            "accepted": self.accepted,
            "errors": self.errors,
        }


def pointer(*steps: object) -> str:
    """RFC 6901 pointer of these steps, such as a row and the name of a column."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def shown(value: object, length: int = 80) -> str:
    """A value from an upload, quoted and cut so that it is safe to print."""
    text = repr(value)
    return text if len(text) <= length else f"{text[: length - 1]}…"
