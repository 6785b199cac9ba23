"""One method a file, named as in its params; `METHODS` loads it when it is asked for."""

import importlib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from clustering.methods.base import Clustering, Method
from clustering.params import PARAMS, MethodParams

__all__ = ["METHODS", "Clustering", "Method", "build"]


class _Methods(Mapping[str, type[Method[Any]]]):
    """Classes by name. A fit loads its own alone: some need scikit-learn, which takes long to load."""

    def __getitem__(self, name: str) -> type[Method[Any]]:
        params = PARAMS[name]
        found = vars(importlib.import_module(f"{__name__}.{name}")).values()
        return next(each for each in found if isinstance(each, type) and params in _written_for(each))

    def __iter__(self) -> Iterator[str]:
        return iter(PARAMS)

    def __len__(self) -> int:
        return len(PARAMS)


def _written_for(method: type[Any]) -> set[Any]:
    """The params in `class DEC(Method[DECParams])`."""
    return {argument for base in getattr(method, "__orig_bases__", ()) for argument in get_args(base)}


METHODS = _Methods()
"""Class of each method, by the name in its params."""


def build(params: MethodParams, shape: tuple[int, ...]) -> Method[Any]:
    """A fresh method for samples of this shape."""
    return METHODS[params.model_dump()["method"]](params, shape)
