"""What the methods that scikit-learn computes have in common: all samples as one array, within the memory."""

from math import prod

import numpy as np
import torch
from numpy.typing import NDArray

from clustering.data import Data
from clustering.errors import InvalidData
from clustering.run import Run


def samples(data: Data, run: Run) -> NDArray[np.float32]:
    """(n, d) all samples in the fitted scale, flattened.

    Raises:
        InvalidData: the array and scikit-learn's copy of it go beyond the memory budget.
        Cancelled: the run was told to stop at once.
    """
    d = prod(data.shape)
    within_budget(run, 8 * data.n * d, f"{data.n} samples of {d} features")
    run.check()
    return data.matrix()


def within_budget(run: Run, needed_bytes: int, what: str) -> None:
    """Refuse what would not fit into memory, before it is tried.

    Raises:
        InvalidData: names the estimate and the budget.
    """
    if needed_bytes > run.memory_budget_bytes:
        needed, budget = needed_bytes / 2**30, run.memory_budget_bytes / 2**30
        raise InvalidData(f"{what} need about {needed:.1f} GiB of memory; {budget:.1f} GiB are allowed.")


def tensor(array: NDArray[np.floating] | NDArray[np.integer], run: Run) -> torch.Tensor:
    """A copy on the run's device: float32, or int64 for integers."""
    kind = torch.int64 if array.dtype.kind in "iu" else torch.float32
    return torch.as_tensor(array, dtype=kind, device=run.device).clone()
