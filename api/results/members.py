"""The members of a cluster, ordered by how well they stand for it."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from api.results.finished import Finished
from api.schemas.results import MemberOut
from api.tables.parquet import ParquetRows

Order = Literal["typical", "confident", "boundary", "outlier", "random"]


@dataclass(frozen=True)
class Members:
    """m members: index, confidence, margin and distance (nan where unknown), in the order asked for."""

    index: "np.ndarray[Any, Any]"
    confidence: "np.ndarray[Any, Any]"
    margin: "np.ndarray[Any, Any]"
    distance: "np.ndarray[Any, Any]"


COLUMNS = ("index", "confidence", "margin", "distance")
RANKS: dict[str, Callable[[Members], "np.ndarray[Any, Any]"]] = {
    "typical": lambda found: np.lexsort(
        (-np.nan_to_num(found.confidence, nan=-1), np.nan_to_num(found.distance, nan=np.inf))
    ),
    "confident": lambda found: np.argsort(-np.nan_to_num(found.confidence, nan=-1), kind="stable"),
    "boundary": lambda found: np.argsort(np.nan_to_num(found.margin, nan=np.inf), kind="stable"),
    "outlier": lambda found: np.argsort(np.nan_to_num(found.confidence, nan=-1), kind="stable"),
}


def ordered(result: Finished, cluster: int, order: Order) -> Members:
    """All members of a cluster.

    typical: nearest to the center first, of results without distances the most confident; confident: greatest
    confidence first, the soft assignment where there is one; boundary: least margin to another cluster first;
    outlier: least confidence first; random: shuffled, the same way each time.
    """
    found = _members(result, cluster)
    if order == "random":
        seed = zlib.crc32(f"{result.job.id}/{result.one.index}/{cluster}".encode())
        places = np.random.default_rng(seed).permutation(len(found.index))
    else:
        places = RANKS[order](found)
    return Members(*(getattr(found, name)[places] for name in COLUMNS))


def rows(result: Finished, found: Members, start: int, stop: int) -> list[MemberOut]:
    """A page of members."""
    columns = (getattr(found, name)[start:stop] for name in COLUMNS)
    return [
        MemberOut(
            index=int(index),
            confidence=_finite(confidence),
            margin=_finite(margin),
            distance=_finite(distance),
            image=f"{result.images}/{index}/image" if result.images else None,
        )
        for index, confidence, margin, distance in zip(*columns, strict=True)
    ]


def _finite(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _members(result: Finished, cluster: int) -> Members:
    file = result.file(f"labels-{result.one.index}.parquet", missing="The job stored no labels.")
    source = ParquetRows(result.services.store, file.key, ["cluster", *COLUMNS])
    parts = []
    for group in source.groups():
        mine = group.column("cluster").to_numpy() == cluster
        blank = np.full(int(mine.sum()), np.nan)
        known = {name: group.column(name).to_numpy()[mine] for name in source.columns}
        parts.append([known.get(name, blank) for name in COLUMNS])
    empty = [np.empty(0)] * len(COLUMNS)
    return Members(*([np.concatenate(column) for column in zip(*parts, strict=True)] if parts else empty))
