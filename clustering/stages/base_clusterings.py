"""Cluster the same features several times, at once where there are threads for it."""

import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torch import Tensor

from clustering.partition.by_kmeans import ByKMeans
from clustering.partition.uspec.clusterer import USpec
from clustering.run import Run
from clustering.train import Epoch


@dataclass(frozen=True)
class Base:
    """A base clustering that is to be made."""

    clusterer: USpec | ByKMeans
    k: int
    seed: int


def cluster_all(epoch: Epoch, z: Tensor, bases: Sequence[Base], p: int) -> NDArray[np.int64]:
    """Fit each clusterer to samples (n, d); U-SPEC through p representatives, or as many as it has clusters.

    Each has one thread and chance of its own, so that the clusterings do not depend on how many are made at
    once.

    Args:
        epoch: hears of each that is done.
        z: the samples.
        bases: what is to be made.
        p: representatives.

    Returns:
        (m, n) clusters, each clustering's counted in the order of their first samples.

    Raises:
        Cancelled: the run was told to stop; heard within each.
    """
    with _single_threads() as pool:
        futures = [pool.submit(_make, epoch.run, z, p, base) for base in bases]
        for done, future in enumerate(as_completed(futures), 1):
            future.result()
            epoch.reach(done / len(bases))
        return np.stack([future.result() for future in futures])


@contextmanager
def _single_threads() -> Iterator[ThreadPoolExecutor]:
    """As many threads as PyTorch has, in each of which it and the others compute with one.

    What libraries change of the process while they compute, warnings and numbers of threads, is put back
    at the end, as threads that change it at the same time would not.
    """
    threads = torch.get_num_threads()
    with warnings.catch_warnings(), threadpool_limits(1):
        try:
            with ThreadPoolExecutor(threads, initializer=partial(torch.set_num_threads, 1)) as pool:
                yield pool
        finally:
            torch.set_num_threads(threads)


def _make(run: Run, z: Tensor, p: int, base: Base) -> NDArray[np.int64]:
    generator = torch.Generator().manual_seed(base.seed)
    if isinstance(base.clusterer, ByKMeans):
        run.check()
        return base.clusterer.fit(z, base.k, generator=generator)
    base.clusterer.represent(z, min(len(z), max(p, base.k)), generator=generator, reach=lambda _: run.check())
    return base.clusterer.cut(z, base.k, seed=base.seed, reach=lambda _: run.check())
