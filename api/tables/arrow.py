"""pyarrow, loaded for the first table that is read: an idle API does without its 30 MiB."""

from importlib import import_module
from typing import Any, TypeAlias

ArrowTable: TypeAlias = Any
"""A pyarrow.Table; the package ships no types."""
ArrowColumn: TypeAlias = Any
"""A pyarrow.ChunkedArray."""
MODULES = {"pa": "pyarrow", "pq": "pyarrow.parquet"}


def __getattr__(name: str) -> Any:
    """`arrow.pa` is pyarrow and `arrow.pq` is pyarrow.parquet, imported when first asked for."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(MODULES[name])
