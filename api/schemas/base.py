"""What all schemas share."""

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

LABEL_KEY = r"^[^\x00-\x1f\x7f\"\\]{1,63}$"
LABEL_VALUE = r"^[^\x00]*$"
PRINTABLE = r"^[^\x00-\x1f\x7f]+$"


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError if its year is none there."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the moment must lie in the years 1 to 9999 of UTC") from error


Labels = Annotated[
    dict[
        Annotated[str, Field(pattern=LABEL_KEY)], Annotated[str, Field(max_length=255, pattern=LABEL_VALUE)]
    ],
    Field(max_length=32, description="The caller's own key-value pairs."),
]
NO_LABELS: dict[str, str] = {}
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)]
Moment = Annotated[AwareDatetime, AfterValidator(in_utc)]
JsonObject = dict[str, Any]

Row = TypeVar("Row")


class In(BaseModel):
    """What callers send."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What callers get."""

    model_config = ConfigDict(from_attributes=True, ser_json_inf_nan="null")


class PageOut(Out, Generic[Row]):
    """A page of a list; `next` is the address of the one that follows, `total` is told if asked for."""

    data: list[Row]
    has_more: bool
    next: str | None
    total: int | str | None = None
