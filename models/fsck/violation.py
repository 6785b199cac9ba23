"""What the checker reports."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """A promise that is broken: which one (I1 … I7), by what, and how."""

    invariant: str
    subject: str
    detail: str

    def __str__(self) -> str:
        return f"{self.invariant} {self.subject}: {self.detail}"
