"""Work in processes of one thread each."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"], "1")
Made = dict[str, Any]
Item = TypeVar("Item")


@contextmanager
def processes(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes; what has not begun is dropped when the block is left by an error."""
    os.environ |= ONE_THREAD
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def as_made(
    pool: ProcessPoolExecutor, work: Callable[[Item, Path], Made], items: Sequence[Item], folder: Path
) -> Iterator[tuple[Item, Made]]:
    """Each item and what the work makes of it, as it ends; a line is printed for each."""
    futures = {pool.submit(work, item, folder): item for item in items}
    for number, future in enumerate(as_completed(futures), 1):
        made = future.result()
        figures = [f"{name} {value:.4g}" for name, value in made.items() if isinstance(value, float)]
        print(f"{number}/{len(futures)}", futures[future], *figures, flush=True)
        yield futures[future], made
