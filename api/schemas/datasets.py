"""Datasets as they travel."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas.base import NO_LABELS, In, JsonObject, Labels, Name, Out
from models.dataset import Dataset, DatasetState

Side = Annotated[int, Field(ge=1, le=4096)]
Column = Annotated[str, Field(min_length=1, max_length=200)]


class ReadingOptions(In):
    """How an upload is to be read; what is absent is detected."""

    kind: Literal["vectors", "images"] | None = Field(None, description="What the samples are.")
    image_shape: Annotated[list[Side], Field(min_length=2, max_length=3)] | None = Field(
        None, description="[h, w] or [h, w, c]: turns rows of numbers into images."
    )
    resize: tuple[Side, Side] | None = Field(
        None, description="[h, w] that all images of a zip are brought to."
    )
    views: bool | None = Field(
        None,
        description="Whether the folders of a zip are views of the same samples, with the same names in "
        "each; a file `attributes.csv` or `attributes.parquet` beside them holds a row of numbers a sample, "
        "with the names in its column `id`.",
    )
    label_columns: list[Column | int] | None = Field(
        None, max_length=64, description="Columns of a table with labels, kept apart for evaluation only."
    )
    id_column: Column | int | None = Field(None, description="Column of a table that names the samples.")
    header: bool | None = Field(None, description="Whether a CSV's first line names its columns.")
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(None, description="Of a CSV.")


class UploadMeta(ReadingOptions):
    """The `meta` part of a multipart upload, or the query of a raw one."""

    name: Name | None = Field(None, description="Default: the file's name.")
    labels: Labels = NO_LABELS
    options: ReadingOptions | None = Field(None, description="The options may also stand here.")

    def reading(self) -> JsonObject:
        """What the reader of the upload is told."""
        own = self.model_dump(mode="json", exclude={"name", "labels", "options"}, exclude_none=True)
        return own | (self.options.model_dump(mode="json", exclude_none=True) if self.options else {})


class InlineRows(In):
    """Samples inside the request, for small things."""

    type: Literal["inline"]
    rows: Annotated[list[Annotated[list[float], Field(min_length=1)]], Field(min_length=1)]


class InlineDataset(In):
    """A dataset of a few rows, sent as JSON."""

    name: Name
    source: InlineRows
    labels: Labels = NO_LABELS


class DatasetPatch(In):
    """What may change: never the content."""

    name: Name | None = None
    labels: Labels | None = None


class DatasetRow(Out):
    """A dataset in a list; `n`, `shape` and `dtype` are null until it is ready."""

    id: str
    name: str
    state: DatasetState
    version: int
    kind: str | None
    n: int | None
    shape: list[int] | None
    dtype: str | None
    bytes: int
    format: str
    upload_sha256: str
    content_sha256: str | None
    has_labels: bool
    label_columns: list[str]
    has_ids: bool
    duplicate_of: str | None
    labels: dict[str, str]
    error: JsonObject | None
    created_at: datetime
    updated_at: datetime
    links: dict[str, str]


class DatasetOut(DatasetRow):
    """A dataset with how it was read and what was found."""

    options: JsonObject
    report: JsonObject | None


HEAVY = frozenset(DatasetOut.model_fields) - frozenset(DatasetRow.model_fields)


def dataset_out(dataset: Dataset) -> DatasetOut:
    """The wire form of a row."""
    here = f"/v1/datasets/{dataset.id}"
    computed: dict[str, Any] = {
        "bytes": dataset.size_bytes,
        "has_labels": bool(dataset.label_columns),
        "links": {"self": here, **{name: f"{here}/{name}" for name in ("samples", "stats", "preview")}},
    }
    same = {name: getattr(dataset, name) for name in DatasetOut.model_fields if name not in computed}
    return DatasetOut(**same, **computed)


class SampleOut(Out):
    """One sample: its values (vectors) or the way to its picture (images)."""

    index: int
    id: str | None
    labels: dict[str, str]
    values: list[float | None] | None
    image: str | None
