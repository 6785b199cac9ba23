"""What the client sends as a dataset: a file as it is, or arrays packed as npz."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from facet.errors import FacetError

MEDIA_TYPES = {
    ".npy": "application/x-npy",
    ".npz": "application/x-npz",
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".zip": "application/zip",
}


def media_type(path: Path) -> str:
    """The media type that the service reads this file as.

    Raises:
        FacetError: the name ends in none of the accepted suffixes.
    """
    suffix = path.suffix.lower()
    if suffix not in MEDIA_TYPES:
        raise FacetError(
            f"{path.name} ends in {suffix or 'nothing'}; accepted: {', '.join(MEDIA_TYPES)}",
            code="unsupported_format",
        )
    return MEDIA_TYPES[suffix]


@contextmanager
def packed(x: ArrayLike, labels: ArrayLike | Mapping[str, ArrayLike] | None) -> Iterator[Path]:
    """A temporary npz of samples (n, ...) and label columns (n,), gone afterwards."""
    columns = labels if isinstance(labels, Mapping) else {} if labels is None else {"y": labels}
    arrays = {name if name == "y" else f"y_{name}": np.asarray(column) for name, column in columns.items()}
    with tempfile.TemporaryDirectory(prefix="facet-") as folder:
        path = Path(folder, "samples.npz")
        np.savez(path, allow_pickle=False, **{"x": np.asarray(x), **arrays})
        yield path


def parts(path: Path, meta: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """The multipart body: `meta` as JSON first, then the open file."""
    kind = media_type(path)
    return {"meta": json.dumps(dict(meta))}, {"file": (path.name, path.open("rb"), kind)}
