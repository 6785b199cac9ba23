"""What the reader is asked to do."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from worker.readers.errors import Refused, shown
from worker.readers.limits import Limits

Side = Annotated[int, Field(ge=1, le=4096)]
Column = Annotated[str, Field(min_length=1, max_length=1_000)] | int

APPLIES_TO = {
    "image_shape": ("npy", "npz", "csv", "parquet"),
    "resize": ("zip",),
    "views": ("zip",),
    "label_columns": ("csv", "parquet"),
    "id_column": ("csv", "parquet"),
    "header": ("csv",),
    "delimiter": ("csv",),
}


class ReadOptions(BaseModel):
    """How an upload wants to be read; what is not said is detected."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["vectors", "images"] | None = None
    image_shape: tuple[Side, Side] | tuple[Side, Side, Literal[1, 3]] | None = None
    resize: tuple[Side, Side] | None = None
    views: bool | None = None
    label_columns: list[Column] | None = None
    id_column: Column | None = None
    header: bool | None = None
    delimiter: str | None = Field(None, min_length=1, max_length=1)

    def pixel_shape(self) -> tuple[int, int, int] | None:
        """`image_shape` as (H, W, C)."""
        if self.image_shape is None:
            return None
        height, width, *channels = self.image_shape
        return height, width, channels[0] if channels else 1


@dataclass(frozen=True)
class Order:
    """One conversion: the upload, how to read it, and the folder that everything is written to."""

    upload: Path
    format: str
    out: Path
    options: ReadOptions = field(default_factory=ReadOptions)
    limits: Limits = field(default_factory=Limits)

    @property
    def canonical(self) -> Path:
        """The folder of what is kept."""
        return self.out / "canonical"

    @property
    def scratch(self) -> Path:
        """The folder of what is thrown away."""
        return self.out / "scratch"


def parse_order(line: str) -> Order:
    """The order that one JSON line gives.

    Raises:
        Refused: an option is unknown, malformed or of another format.
    """
    given = json.loads(line)
    return Order(
        upload=Path(given["upload"]),
        format=given["format"],
        out=Path(given["out"]),
        options=parse_options(given.get("options") or {}, given["format"]),
        limits=Limits(**(given.get("limits") or {})),
    )


def parse_options(options: dict[str, Any], upload_format: str) -> ReadOptions:
    """Options that fit the format.

    Raises:
        Refused: an option is unknown, malformed or of another format.
    """
    try:
        parsed = ReadOptions.model_validate(options)
    except ValidationError as error:
        raise _malformed(error) from error
    for name in parsed.model_dump(exclude_none=True):
        accepted = APPLIES_TO.get(name)
        if accepted is not None and upload_format not in accepted:
            raise Refused(
                f"Option {name!r} does not apply to {upload_format} uploads.",
                met=upload_format,
                accepted=list(accepted),
                errors=[{"pointer": f"/options/{name}", "code": "not_applicable"}],
            )
    if parsed.kind == "vectors" and parsed.image_shape is not None:
        raise Refused(
            "Option 'image_shape' does not apply to kind=vectors.",
            met=list(parsed.image_shape),
            accepted="kind=images",
            errors=[{"pointer": "/options/image_shape", "code": "not_applicable"}],
        )
    return parsed


def _malformed(error: ValidationError) -> Refused:
    found = [
        {
            "pointer": "/options/" + "/".join(str(part) for part in one["loc"]),
            "code": one["type"],
            "message": f"{one['msg']}; met {shown(one['input'])}",
        }
        for one in error.errors(include_url=False)
    ]
    return Refused(
        f"The upload's options are not understood: {found[0]['pointer']}: {found[0]['message']}.",
        met=[one["pointer"] for one in found],
        accepted=sorted(ReadOptions.model_fields),
        errors=found[:20],
    )
