"""What all schemas share."""

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Labels = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=63)], Annotated[str, Field(max_length=255)]],
    Field(max_length=32, description="The caller's own key-value pairs."),
]
NO_LABELS: dict[str, str] = {}
Name = Annotated[str, Field(min_length=1, max_length=200)]
JsonObject = dict[str, Any]

Row = TypeVar("Row")


class In(BaseModel):
    """What callers send."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What callers get."""

    model_config = ConfigDict(from_attributes=True, ser_json_inf_nan="null")


class PageOut(Out, Generic[Row]):
    """A page of a list; `next` is the address of the one that follows."""

    data: list[Row]
    has_more: bool
    next: str | None
