"""One method a file. Every module of this folder is imported; each Method subclass joins `METHODS`."""

import importlib
import pkgutil
from typing import Any, get_args

from clustering.methods.base import Clustering, Method
from clustering.params import PARAMS, MethodParams

__all__ = ["METHODS", "Clustering", "Method", "build"]


def _name(method: type[Method[Any]]) -> str | None:
    """The method whose params the class is written for: `class DEC(Method[DECParams])`."""
    arguments = {argument for base in getattr(method, "__orig_bases__", ()) for argument in get_args(base)}
    return next((name for name, params in PARAMS.items() if params in arguments), None)


def _discover() -> dict[str, type[Method[Any]]]:
    found: dict[str, type[Method[Any]]] = {}
    for module in sorted(entry.name for entry in pkgutil.iter_modules(__path__)):
        for value in vars(importlib.import_module(f"{__name__}.{module}")).values():
            if isinstance(value, type) and issubclass(value, Method) and (name := _name(value)):
                found[name] = value
    return found


METHODS: dict[str, type[Method[Any]]] = _discover()
"""Class of each method, by the name in its params."""


def build(params: MethodParams, shape: tuple[int, ...]) -> Method[Any]:
    """A fresh method for samples of this shape."""
    return METHODS[params.model_dump()["method"]](params, shape)
