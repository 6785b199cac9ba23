"""How a job's curves travel."""

from collections.abc import Sequence
from typing import Any, Literal

from api.schemas.base import Out


class MarkOut(Out):
    """Something that happened in an epoch, to be drawn on the time axis."""

    step: int
    stage: str
    epoch: int
    name: Literal["reset"]


class CurvesOut(Out):
    """Curves as columns of equal length, null where a step has no value; marks lie on the same axis."""

    steps: int
    columns: dict[str, Sequence[Any]]
    marks: list[MarkOut]


class MetricsOut(CurvesOut):
    """The curves so far."""

    x: Literal["step"]
