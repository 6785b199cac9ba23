"""Writes docs/methods.md from the parameter classes: `python -m docs.methods`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined, to_jsonable_python

from clustering.params import PARAMS, MethodParams

PAGE = Path(__file__).with_suffix(".md")
HEAD = """# Methods

Written from the code by `python -m docs.methods`. `GET /v1/methods/{method}` gives the same as a JSON schema.

Every result has the files of a clustering, and curves with `loss`, `label_change`, `silhouette`, of centers
`distance_ratio`, and agreement with true labels where the data set has some; of several clusterings under
names with the clustering's index or the head's number. What a method tells beside is listed with it: files
are among `/v1/jobs/{job}/artifacts`, as `.json`, `.parquet` or `.npy`, pictures as `.png` too. Consensus
methods and `deccs` compare their members under `/v1/jobs/{job}/result/agreement`.

| method | kind | what it is | source |
|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = [
        f"| [`{name}`](#{name}) | {p.kind} | {p.title} | {p.paper} |" for name, p in sorted(PARAMS.items())
    ]
    sections = [_section(name, params) for name, params in sorted(PARAMS.items())]
    return HEAD + "\n".join(rows) + "\n\n" + "\n\n".join(sections) + "\n"


def _section(name: str, params: type[MethodParams]) -> str:
    said = (params.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
    supports = ", ".join(sorted(params.supports)) or "nothing beyond labels"
    takes = f"Takes {' and '.join(sorted(params.accepts, reverse=True))}. Supports: {supports}."
    lines = [f"## {name}", said, takes, "| parameter | default | meaning |\n|---|---|---|"]
    return "\n\n".join(lines) + "\n" + "\n".join([*_rows(params), *_told(params)])


def _rows(params: type[MethodParams]) -> Iterator[str]:
    for name, field in params.model_fields.items():
        default = _default(field.get_default(call_default_factory=True))
        if name != "method":
            yield f"| `{name}` | {default} | {field.description} |"


def _told(params: type[MethodParams]) -> Iterator[str]:
    """What its results have beside those of every method."""
    for kind, told in (("file", params.artifacts), ("curve", params.curves)):
        if told:
            yield f"\n| {kind} | what it tells |\n|---|---|"
            yield from (f"| `{name}` | {what} |" for name, what in told.items())


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "required"
    return f"`{json.dumps(to_jsonable_python(value, exclude_none=True))}`"


if __name__ == "__main__":
    PAGE.write_text(page())
