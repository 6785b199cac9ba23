import pytest
import torch

from clustering.data import Data
from clustering.params.steps import largest_batch, smallest_batch, steps_an_epoch


@pytest.mark.parametrize("n", [2, 3, 9, 10, 14, 15, 16, 100])
@pytest.mark.parametrize("size", [2, 3, 10, 200])
def test_as_many_steps_are_foretold_as_an_epoch_takes(n, size):
    data = Data.of(torch.arange(2.0 * n).reshape(n, 2).numpy())
    sizes = [len(batch.index) for batch in data.batches(size, torch.Generator())]
    assert steps_an_epoch(n, size) == len(sizes)
    assert (smallest_batch(n, size), largest_batch(n, size)) == (min(sizes), max(sizes))
