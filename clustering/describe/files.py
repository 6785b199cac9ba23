"""Writing a described result as files that other programs read."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from clustering.describe.extras import write_extras
from clustering.describe.gallery import gallery
from clustering.describe.rows import Description, FileEntry, PerSample
from clustering.engine import save
from clustering.run import Metrics

MEDIA_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".npy": "application/x-npy",
    ".png": "image/png",
    ".json": "application/json",
    ".safetensors": "application/vnd.safetensors",
}


def write_result(description: Description, folder: Path) -> list[FileEntry]:
    """Write the files of a result into a folder, which is made if it is missing.

    `labels-{c}.parquet`, `soft-{c}.npy`, `decoded-{c}.npy`, `prototypes-{c}.png` and
    `projection-heaviest-{c}.parquet` of each clustering c, then `embeddings.npy`, `projection-pca.parquet`,
    `curves.parquet`, of several clusterings `agreement.json`, the method's extras, and the model where it can
    predict.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [*_per_clustering(description, folder), *_whole(description, folder)]
    return [FileEntry(path.name, path, MEDIA_TYPES[path.suffix]) for path in paths]


def _per_clustering(description: Description, folder: Path) -> Iterator[Path]:
    outputs = description.outputs
    for index, samples in enumerate(description.per_sample):
        yield _write(folder / f"labels-{index}.parquet", _labels(samples))
        if outputs.soft and samples.soft is not None:
            yield _save(folder / f"soft-{index}.npy", samples.soft)
        if samples.decoded is not None:
            yield _save(folder / f"decoded-{index}.npy", samples.decoded)
        if outputs.decoded and description.x.ndim > 2:
            picture = gallery(description.x, description.clusterings[index].clusters, samples.decoded)
            picture.save(folder / f"prototypes-{index}.png", optimize=True)
            yield folder / f"prototypes-{index}.png"
        if samples.heaviest is not None:
            yield _write(folder / f"projection-heaviest-{index}.parquet", _flat(samples.heaviest))


def _whole(description: Description, folder: Path) -> Iterator[Path]:
    result, outputs = description.result, description.outputs
    if outputs.embeddings:
        yield _save(folder / "embeddings.npy", result.embeddings.numpy())
    if description.projection is not None:
        yield _write(folder / "projection-pca.parquet", _flat(description.projection))
    yield _write(folder / "curves.parquet", _curves(result.curves))
    if description.redundancy is not None:
        path = folder / "agreement.json"
        path.write_text(json.dumps(asdict(description.redundancy), allow_nan=False))
        yield path
    yield from write_extras(description, folder)
    if outputs.model and result.method.params.can("predict"):
        yield from save(result, folder)


def _labels(samples: PerSample) -> pa.Table:
    return pa.table(
        {
            "index": np.arange(len(samples.labels)),
            "cluster": samples.labels,
            "confidence": pa.array(samples.confidence, from_pandas=True),
            "margin": pa.array(samples.margin, from_pandas=True),
            "distance": pa.array(samples.distance, from_pandas=True),
        }
    )


def _flat(points: NDArray[np.float32]) -> pa.Table:
    x, y = points.T
    return pa.table({"index": np.arange(len(points)), "x": x, "y": y})


def _curves(points: list[Metrics]) -> pa.Table:
    """step, stage, epoch and a column a curve; null where an epoch has no value of it."""
    names = list(dict.fromkeys(name for point in points for name in point.values))
    fixed = {
        "step": pa.array([point.step for point in points], pa.int64()),
        "stage": pa.array([point.stage for point in points], pa.string()),
        "epoch": pa.array([point.epoch for point in points], pa.int64()),
    }
    curves = {name: pa.array([point.values.get(name) for point in points], pa.float64()) for name in names}
    return pa.table(fixed | curves)


def _write(path: Path, table: pa.Table) -> Path:
    pq.write_table(table, path, compression="zstd")
    return path


def _save(path: Path, array: NDArray[np.float32]) -> Path:
    np.save(path, np.ascontiguousarray(array), allow_pickle=False)
    return path
