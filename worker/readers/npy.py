"""One array: the samples and nothing else."""

from worker.readers.draft import Draft
from worker.readers.npyfile import ArrayFile
from worker.readers.order import Order
from worker.readers.samples import pour_array


def read(order: Order, draft: Draft) -> None:
    """Read a `.npy` file."""
    pour_array(ArrayFile(order.upload), order.options, draft)
