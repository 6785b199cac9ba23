"""Samples as a method reads them: in its scale, and with views apart where it knows them."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.data import Data
from clustering.errors import InvalidData
from clustering.methods import Method
from clustering.modalities import Modalities, beside_of, refuse_other_modalities
from clustering.params import MethodParams, problems
from clustering.run import Run
from clustering.scaling import Scaling


def to_fit(
    array: NDArray[Any],
    params: MethodParams,
    run: Run,
    scaling: Scaling | None,
    *,
    modalities: Modalities | None,
) -> Data:
    """Samples that a method is to be fitted to, in the scaling of a trained model if there is one.

    Raises:
        InvalidData: the samples or modalities, or params that do not fit them.
    """
    data = _read(array, params, run, scaling, modalities=modalities)
    shape, beside = data.stored_shape, beside_of(data.shape)
    if found := problems(params, kind=data.kind, shape=shape, n=data.n, beside=beside):
        raise InvalidData(" ".join(problem.message for problem in found))
    return data


def like_the_fitted(
    array: NDArray[Any], method: Method[Any], run: Run, scaling: Scaling, *, modalities: Modalities | None
) -> Data:
    """New samples for a fitted method.

    Raises:
        InvalidData: the samples, or others than the method was fitted to.
    """
    refuse_other_modalities(method.shape, modalities)
    data = _read(array, method.params, run, scaling, modalities=modalities)
    if data.shape != method.shape:
        raise InvalidData(f"Samples have shape {data.shape}; the model was fitted to {method.shape}.")
    return data


def _read(
    array: NDArray[Any],
    params: MethodParams,
    run: Run,
    scaling: Scaling | None,
    *,
    modalities: Modalities | None,
) -> Data:
    axes = getattr(array, "ndim", 0)
    vectors = axes == 2 and array.dtype != np.uint8
    scale = params.auto_scale if params.scale == "auto" and vectors else params.scale
    read: Modalities | None = None
    if params.reads_modalities and axes > 2:
        weight = getattr(getattr(params, "net", None), "attribute_weight", 1.0)
        read = replace(modalities or Modalities(), weight=weight)
    return Data.of(
        array,
        scale=scaling or scale,
        device=run.device,
        budget_bytes=run.memory_budget_bytes,
        modalities=read,
    )
