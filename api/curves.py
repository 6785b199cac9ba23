"""Curves of a training: columns, thinned where they are long, and marks, which always stay."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, get_args

from api.downsampling import kept_steps
from api.schemas.curves import MarkOut
from models.metric_point import MetricPoint

AXES = ("step", "epoch", "stage")
MARKS = get_args(MarkOut.model_fields["name"].annotation)

Columns: TypeAlias = Mapping[str, Sequence[Any]]


def columns_of(points: Sequence[MetricPoint]) -> dict[str, list[Any]]:
    """The axes, and every name that any point has a value of; None where a point has none."""
    names = sorted({name for point in points for name in point.values})
    axes = {axis: [getattr(point, axis) for point in points] for axis in AXES}
    return axes | {name: [point.values.get(name) for point in points] for name in names}


def curve_names(columns: Columns) -> list[str]:
    """Names of the columns that say how large something was."""
    return [name for name in columns if name not in AXES and name not in MARKS]


def marks(columns: Columns) -> list[MarkOut]:
    """What the other columns say: at which steps something happened, in order."""
    return [
        MarkOut(name=name, **{axis: columns[axis][place] for axis in AXES})
        for place in range(len(columns["step"]))
        for name in MARKS
        if name in columns and columns[name][place]
    ]


def chosen(columns: Columns, names: Sequence[str]) -> dict[str, Sequence[Any]]:
    """The axes and the named curves."""
    return {name: columns[name] for name in (*AXES, *names)}


def thinned(columns: Columns, points: int) -> Columns:
    """Axes and curves at about so many steps, the extremes of each curve among them."""
    named = curve_names(columns)
    if not named:
        return columns
    kept = kept_steps([columns[name] for name in named], points)
    return {name: [column[place] for place in kept] for name, column in columns.items()}
