"""The members of a cluster, ordered by how well they stand for it."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from api.results.finished import Finished
from api.schemas.results import MemberOut
from api.tables.parquet import ParquetRows

Order = Literal["typical", "boundary", "outlier", "random"]


@dataclass(frozen=True)
class Members:
    """m members: index, confidence and margin (nan where unknown), in the order asked for."""

    index: "np.ndarray[Any, Any]"
    confidence: "np.ndarray[Any, Any]"
    margin: "np.ndarray[Any, Any]"


RANKS: dict[str, Callable[[Members], "np.ndarray[Any, Any]"]] = {
    "typical": lambda found: np.argsort(-np.nan_to_num(found.confidence, nan=-1), kind="stable"),
    "boundary": lambda found: np.argsort(np.nan_to_num(found.margin, nan=np.inf), kind="stable"),
    "outlier": lambda found: np.argsort(np.nan_to_num(found.confidence, nan=-1), kind="stable"),
}


def ordered(result: Finished, cluster: int, order: Order) -> Members:
    """All members of a cluster.

    typical: greatest confidence first; boundary: least margin to another cluster first; outlier: least
    confidence first; random: shuffled, the same way each time.
    """
    found = _members(result, cluster)
    if order == "random":
        seed = zlib.crc32(f"{result.job.id}/{result.one.index}/{cluster}".encode())
        places = np.random.default_rng(seed).permutation(len(found.index))
    else:
        places = RANKS[order](found)
    return Members(found.index[places], found.confidence[places], found.margin[places])


def rows(result: Finished, found: Members, start: int, stop: int) -> list[MemberOut]:
    """A page of members."""
    part = slice(start, stop)
    columns = zip(found.index[part], found.confidence[part], found.margin[part], strict=True)
    return [
        MemberOut(
            index=int(index),
            confidence=None if np.isnan(confidence) else float(confidence),
            margin=None if np.isnan(margin) else float(margin),
            image=f"{result.images}/{index}/image" if result.images else None,
        )
        for index, confidence, margin in columns
    ]


def _members(result: Finished, cluster: int) -> Members:
    file = result.file(f"labels-{result.one.index}.parquet", missing="The job stored no labels.")
    source = ParquetRows(result.services.store, file.key, ["index", "cluster", "confidence", "margin"])
    parts = []
    for group in source.groups():
        mine = group.column("cluster").to_numpy() == cluster
        parts.append([group.column(name).to_numpy()[mine] for name in ("index", "confidence", "margin")])
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else [np.empty(0)] * 3
    return Members(*columns)
