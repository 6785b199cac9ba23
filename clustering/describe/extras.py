"""What a method shows beside its clusterings, as files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL.Image import Image
from torch import Tensor

from clustering.describe.gallery import sheet
from clustering.describe.heat import heat_map
from clustering.describe.rows import Description
from clustering.engine import Result
from clustering.extras import Decoded, HeatMap, Table


def shown(
    result: Result, x: NDArray[Any], *, decoded: bool
) -> dict[str, NDArray[Any] | Table | dict[str, Any]]:
    """The extras in the data's own units.

    Args:
        result: of a fit.
        x: the samples as stored; what is decoded takes their shape.
        decoded: whether decoded samples are wanted.
    """
    found: dict[str, NDArray[Any] | Table | dict[str, Any]] = {}
    for name, extra in result.extras.items():
        if isinstance(extra, HeatMap):
            found[name] = extra.values.numpy()
        elif not isinstance(extra, Decoded):
            found[name] = extra.numpy() if isinstance(extra, Tensor) else extra
        elif decoded and (samples := result.decode(extra.z.reshape(-1, extra.z.shape[-1]))) is not None:
            found[name] = samples.reshape(*extra.z.shape[:-1], *x.shape[1:])
    return found


def write_extras(description: Description, folder: Path) -> Iterator[Path]:
    """Write each as `.npy`, `.parquet` or `.json` under its name, with a picture of decoded
    images and of heat maps beside."""
    for name, extra in description.extras.items():
        path = folder / name
        if isinstance(extra, Table):
            pq.write_table(pa.table(dict(extra.columns)), path.with_suffix(".parquet"), compression="zstd")
            yield path.with_suffix(".parquet")
        elif isinstance(extra, dict):
            path.with_suffix(".json").write_text(json.dumps(extra, allow_nan=False))
            yield path.with_suffix(".json")
        else:
            np.save(path.with_suffix(".npy"), np.ascontiguousarray(extra), allow_pickle=False)
            yield path.with_suffix(".npy")
            if (picture := _picture(description, name)) is not None:
                picture.save(path.with_suffix(".png"), optimize=True)
                yield path.with_suffix(".png")


def _picture(description: Description, name: str) -> Image | None:
    """What an array shows: decoded images, or numbers as colors."""
    original, array = description.result.extras[name], description.extras[name]
    if isinstance(original, HeatMap):
        return heat_map(original.values.numpy())
    if isinstance(original, Decoded) and description.x.ndim > 2 and isinstance(array, np.ndarray):
        return sheet(description.x, array)
    return None
