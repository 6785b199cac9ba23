"""The contract: one pydantic model a method. Imports without torch.

Every module of this folder is imported; each MethodParams subclass that names its `method` joins `PARAMS` and
the union `AnyParams`. A new method is a new file.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, Union, get_args

from pydantic import Field, TypeAdapter

from clustering.params.base import ClusterParams, MethodParams, NetParams
from clustering.params.deep import DeepParams
from clustering.params.problems import Problem, problems
from clustering.params.starting import StartingParams

__all__ = [
    "PARAMS",
    "AnyParams",
    "ClusterParams",
    "DeepParams",
    "MethodParams",
    "NetParams",
    "Problem",
    "StartingParams",
    "parse",
    "problems",
]


def _discover() -> dict[str, type[MethodParams]]:
    found: dict[str, type[MethodParams]] = {}
    for module in sorted(entry.name for entry in pkgutil.iter_modules(__path__)):
        for value in vars(importlib.import_module(f"{__name__}.{module}")).values():
            if isinstance(value, type) and issubclass(value, MethodParams) and "method" in value.model_fields:
                (name,) = get_args(value.model_fields["method"].annotation)
                found[name] = value
    return found


PARAMS: dict[str, type[MethodParams]] = _discover()
"""Params class of each method, by the method's name."""

if TYPE_CHECKING:
    AnyParams: TypeAlias = MethodParams
else:
    AnyParams = Annotated[Union[tuple(PARAMS.values())], Field(discriminator="method")]  # noqa: UP007


@cache
def _adapter() -> TypeAdapter[MethodParams]:
    return TypeAdapter(AnyParams)


def parse(spec: Mapping[str, Any]) -> MethodParams:
    """Validate a spec against the method it names.

    Raises:
        pydantic.ValidationError: unknown method, unknown field, value out of bounds.
    """
    return _adapter().validate_python(dict(spec))
