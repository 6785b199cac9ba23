import numpy as np
import pytest
import torch
from torch import nn

from clustering.data import Data
from clustering.errors import Cancelled, Diverged
from clustering.passes import assign_all, embed_all, in_blocks
from clustering.run import Run

X = np.random.default_rng(0).normal(size=(1000, 3)).astype(np.float32)


class Doubling(nn.Module):
    def embed(self, x):
        self.trained_while_embedding = self.training
        return 2 * x

    def assign(self, z):
        return z.softmax(dim=1)


def test_all_samples_are_embedded_in_their_order():
    np.testing.assert_allclose(embed_all(Run(), Doubling(), Data.of(X)), 2 * X)


def test_all_samples_are_assigned_in_their_order():
    expected = np.exp(2 * X) / np.exp(2 * X).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(assign_all(Run(), Doubling(), Data.of(X)), expected, rtol=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_a_pass_evaluates_and_gives_the_mode_back(training):
    method = Doubling().train(training)
    embed_all(Run(), method, Data.of(X))
    assert not method.trained_while_embedding and method.training is training


def test_a_pass_hears_a_cancel():
    with pytest.raises(Cancelled):
        embed_all(Run(stop=lambda: "cancel"), Doubling(), Data.of(X))


def test_blocks_give_the_rows_of_the_whole():
    rows = torch.arange(10.0)[:, None]
    assert torch.equal(in_blocks(lambda block: block + 1, rows, size=3), rows + 1)


def test_no_block_is_larger_than_a_network_can_take_at_once_however_narrow_the_samples():
    sizes = []

    class Watching(Doubling):
        def embed(self, x):
            sizes.append(len(x))
            return x

    embed_all(Run(), Watching(), Data.of(np.ones((5000, 1), np.float32)))
    assert sum(sizes) == 5000 and max(sizes) <= 1024


def test_embeddings_that_are_not_finite_are_the_fault_of_the_training():
    class Diverging(Doubling):
        def embed(self, x):
            return x - x.max().div(0)

    with pytest.raises(Diverged, match="learning rate"):
        embed_all(Run(), Diverging(), Data.of(X))
