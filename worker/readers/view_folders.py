"""A zip archive whose folders are views: which file shows which sample, and the table beside the folders."""

from collections.abc import Sequence
from dataclasses import dataclass
from zipfile import ZipInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from worker.readers.archive import Archive
from worker.readers.draft import Draft
from worker.readers.errors import Refused, shown
from worker.readers.finite import FiniteCheck
from worker.readers.order import Order
from worker.readers.views import check_views

TABLES = ("attributes.csv", "attributes.parquet")
ID = "id"
ACCEPTED = "a folder a view, the same names in each, and one of attributes.csv and attributes.parquet at most"


@dataclass(frozen=True)
class ViewFolders:
    """Which member shows which sample in which view."""

    views: list[str]
    """Names of the folders, in order."""
    ids: list[str]
    """Names of the samples, without ending, in order."""
    samples: list[list[ZipInfo]]
    """Of each sample, its member in each view."""
    attributes: ZipInfo | None


def folders_of(members: Sequence[ZipInfo]) -> ViewFolders:
    """Sort the members of an archive by sample and view.

    Raises:
        Refused: a file lies outside of the folders, or a sample is missing in one of them.
    """
    paths = {info.filename.replace("\\", "/"): info for info in members}
    paths = _without_common_folder(paths)
    tables = [path for path in paths if path.lower() in TABLES]
    if len(tables) > 1:
        raise Refused("There are two tables of attributes.", met=tables, accepted=ACCEPTED)
    by_view: dict[str, dict[str, ZipInfo]] = {}
    for path, info in paths.items():
        if path in tables:
            continue
        view, _, name = path.partition("/")
        if not name:
            raise Refused(f"{shown(path)} lies in no folder.", met=shown(path), accepted=ACCEPTED)
        _add(by_view.setdefault(view, {}), name.rpartition(".")[0] or name, info)
    check_views(len(by_view))
    ids = _common(by_view)
    samples = [[by_view[view][name] for view in sorted(by_view)] for name in ids]
    return ViewFolders(sorted(by_view), ids, samples, paths[tables[0]] if tables else None)


def pour_table(archive: Archive, info: ZipInfo, ids: Sequence[str], *, order: Order, draft: Draft) -> None:
    """Put the attributes of a table beside the samples, by their ids.

    Raises:
        Refused: no column of ids, an id twice, a sample without a row, a column that holds no numbers.
    """
    path = order.scratch / "attributes"
    archive.extract(info, path, order.limits.member_bytes)
    name = shown(info.filename)
    try:
        parquet = info.filename.lower().endswith("parquet")
        table = pq.read_table(path) if parquet else pacsv.read_csv(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        detail = f"{name} cannot be read: {shown(str(error), 200)}."
        raise Refused(detail, accepted="a CSV with a first line of names, or Parquet") from error
    rows = _rows_of(table, ids, name)
    names = [column for column in table.column_names if column != ID]
    check = FiniteCheck()
    block = np.column_stack(
        [_numbers(table, column, name) for column in names] or [np.empty((len(table), 0))]
    )
    draft.attributes(names).append(check.admit(block[rows]))
    draft.notes += check.finish(names)
    if unused := len(table) - len(ids):
        draft.notes.append(f"{unused} rows of {name} belong to no sample and were left out.")


def _without_common_folder(paths: dict[str, ZipInfo]) -> dict[str, ZipInfo]:
    """Without a folder around all of the views: people zip a folder, not its content."""
    tops = {path.split("/", 1)[0] for path in paths}
    if len(tops) == 1 and all(path.count("/") > 1 or path.lower().endswith(TABLES) for path in paths):
        return {path.split("/", 1)[1]: info for path, info in paths.items()}
    return paths


def _add(view: dict[str, ZipInfo], name: str, info: ZipInfo) -> None:
    if name in view:
        met = [shown(view[name].filename), shown(info.filename)]
        raise Refused(f"Two images of one view are named {shown(name)}.", met=met, accepted="a name each")
    view[name] = info


def _common(by_view: dict[str, dict[str, ZipInfo]]) -> list[str]:
    every = set().union(*by_view.values())
    for view, found in by_view.items():
        if missing := sorted(every - found.keys()):
            detail = (
                f"View {shown(view)} lacks {len(missing)} of {len(every)} samples, {shown(missing[0])} first."
            )
            raise Refused(detail, met=[shown(name) for name in missing[:20]], accepted=ACCEPTED)
    return sorted(every)


def _rows_of(table: pa.Table, ids: Sequence[str], name: str) -> list[int]:
    """The row of each sample."""
    if ID not in table.column_names:
        met = [shown(column) for column in table.column_names[:20]]
        raise Refused(f"{name} has no column `{ID}`.", met=met, accepted=f"a column `{ID}` of sample names")
    found = pc.cast(table.column(ID), pa.string()).to_pylist()
    place = {each: row for row, each in enumerate(found)}
    if len(place) < len(found):
        raise Refused(f"{name} has an id twice.", met=len(found) - len(place), accepted="a row a sample")
    if missing := [each for each in ids if each not in place]:
        detail = f"{name} has no row for {len(missing)} samples, {shown(missing[0])} first."
        raise Refused(detail, met=[shown(each) for each in missing[:20]], accepted="a row for every sample")
    return [place[each] for each in ids]


def _numbers(table: pa.Table, column: str, name: str) -> NDArray[np.float64]:
    values = table.column(column)
    kind = values.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        detail = f"Column {shown(column)} of {name} holds {kind}."
        raise Refused(detail, met=str(kind), accepted="numbers")
    numbers: NDArray[np.float64] = pc.cast(values, pa.float64()).to_numpy()
    return numbers
