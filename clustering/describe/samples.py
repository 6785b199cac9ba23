"""What a clustering says of every sample, and of its centers in the space of the samples."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from clustering.describe.geometry import Geometry
from clustering.describe.rows import PerSample
from clustering.engine import Result
from clustering.methods import Clustering


def per_sample(
    clustering: Clustering,
    space: Geometry,
    *,
    decoded: NDArray[np.float32] | None,
    heaviest: NDArray[np.float32] | None,
) -> PerSample:
    """Labels, confidence, distance and margin of every sample, beside what is known already.

    Confidence is the soft assignment to the own cluster; without soft assignments it is 1 - d1 / d2, of the
    distances to the own and to the nearest other center, and never below 0.
    """
    labels = space.labels
    soft = None if clustering.soft is None else clustering.soft.numpy()
    confidence = space.confidence
    if soft is not None:
        confidence = np.take_along_axis(soft, np.maximum(labels, 0)[:, None], axis=1)[:, 0]
    known = (labels >= 0) & np.isfinite(space.margin)
    return PerSample(
        labels=labels,
        confidence=np.where(labels >= 0, confidence, np.nan).astype(np.float32),
        distance=np.where(labels >= 0, space.own, np.nan).astype(np.float32),
        margin=np.where(known, space.margin, np.nan).astype(np.float32),
        soft=soft,
        decoded=decoded,
        heaviest=heaviest,
    )


def decoded_centers(result: Result, space: Geometry, x: NDArray[Any]) -> NDArray[np.float32] | None:
    """(k, *shape) centers as samples of x would be stored, channels last; None without a decoder.

    A cluster without a center is nan.
    """
    known = np.isfinite(space.embedded).all(axis=1)
    decoded = result.decode(torch.from_numpy(space.embedded[known].astype(np.float32)))
    if decoded is None:
        return None
    out = np.full((len(space.embedded), *x.shape[1:]), np.nan, dtype=np.float32)
    out[known] = decoded.reshape(-1, *x.shape[1:])
    return out
