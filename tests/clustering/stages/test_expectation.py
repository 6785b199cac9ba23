import numpy as np
import pytest
import torch
from torch.nn.functional import normalize

from clustering.data import Data
from clustering.methods import build
from clustering.params import parse
from clustering.run import Run
from clustering.stages.expectation import Expectation, spread
from clustering.train import epochs
from tests.clustering.methods.tiny import images, tiny


class Turning:
    """Embeds images on the circle by what they hold, turned a little further at each pass."""

    def __init__(self, **fields):
        self.params = tiny("propos", **fields)
        self.passes = 0

    def embed(self, x):
        self.passes += 1
        bright = x.flatten(1).mean(dim=1) * 3
        return torch.stack([bright.cos(), bright.sin()], dim=1)


def looked(rounds=5, run=None, method=None, **fields):
    """Clusters and figures of each epoch."""
    run, data = run or Run(), Data.of(images())
    method = method or Turning(**fields)
    expectation = Expectation(run, method, data)
    seen = []
    for epoch in epochs(run, "cluster", rounds, resumes=[expectation]):
        labels = expectation.renew(epoch)
        seen.append((labels, set(epoch._sums)))
    return method, seen


def test_clusters_are_found_at_the_start_of_every_so_many_epochs():
    method, seen = looked(reassign_every=2)
    assert method.passes == 3
    assert [bool(figures) for _, figures in seen] == [True, False, True, False, True]
    assert torch.equal(seen[0][0], seen[1][0])
    assert all(labels.shape == (40,) for labels, _ in seen)


def test_the_first_time_has_nothing_to_be_compared_with():
    _, seen = looked(rounds=2)
    assert seen[0][1] == {"empty", "spread"}
    assert seen[1][1] == {"empty", "spread", "label_change"}


def test_a_score_is_told_of_the_same_samples_each_time_and_figures_without_a_value_are_left_out():
    heard = []

    def score(index, labels, z):
        heard.append(index.tolist())
        assert len(index) == len(labels) == len(z)
        return {"nmi": 0.5, "acc": float("nan")}

    _, seen = looked(rounds=2, run=Run(score=score))
    assert heard[0] == heard[1] == list(range(40))
    assert "nmi" in seen[0][1] and "acc" not in seen[0][1]


def test_a_restored_expectation_keeps_its_clusters():
    run, data = Run(), Data.of(images())
    first, second = (Expectation(run, Turning(reassign_every=3), data) for _ in range(2))
    for epoch in epochs(run, "cluster", 2):
        if epoch.number == 1:
            labels = first.renew(epoch)
            second.load_state_dict(first.state_dict())
        else:
            assert torch.equal(second.renew(epoch), labels)
            assert second.method.passes == 0


def test_spread_is_near_1_all_over_the_sphere_and_0_at_one_point():
    unit = normalize(torch.randn(4000, 16, generator=torch.Generator().manual_seed(0)), dim=1)
    assert float(spread(unit)) == pytest.approx(1, abs=0.02)
    assert float(spread(unit[:1].expand(50, 16))) == pytest.approx(0, abs=1e-6)
    assert float(spread(unit)) == pytest.approx(np.std(unit.numpy(), axis=0).mean() * 4, rel=1e-4)


@pytest.mark.parametrize("method", ["propos", "digpro"])
def test_embeddings_that_are_clustered_have_length_1(method):
    params = parse(tiny(method).model_dump() | {"embedding_dim": 6})
    z = build(params, (1, 8, 8)).eval().embed(torch.rand(5, 1, 8, 8))
    torch.testing.assert_close(z.norm(dim=1), torch.ones(5))
