import pytest
import torch

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.errors import Drained
from clustering.losses.spaces import space_weights
from clustering.metrics.agreement import nmi
from clustering.params import parse
from clustering.partition.spaces import spans
from clustering.run import Metrics, Run
from clustering.stages.finding_spaces import find_spaces
from clustering.stages.placing_spaces import Starts, place_spaces
from tests.clustering.methods.tiny import assert_same, vectors
from tests.clustering.partition.subspaces import two_subspaces

SPEC = {
    "method": "enrc", "n_clusters": [3, 2], "embedding_dim": 4, "net": {"type": "mlp", "hidden": []},
    "pretrain_epochs": 1, "epochs": 2, "batch_size": 32, "init_starts": 3, "init_steps": 250,
    "init": "random",
}  # fmt: skip


def test_an_interrupted_initialization_goes_on_to_the_same_result(tmp_path):
    x, params = vectors()[0], parse(SPEC)
    whole = engine.fit(x, params)
    assert [point.stage for point in whole.curves] == ["pretrain", *["initialize"] * 3, *["cluster"] * 2]
    seen = []

    def hear(report):
        if isinstance(report, Metrics):
            seen.append(report.stage)

    killed = Run(
        report=hear,
        stop=lambda: "drain" if seen.count("initialize") == 2 else None,
        checkpoints=Checkpoints(tmp_path),
    )
    with pytest.raises(Drained):
        engine.fit(x, params, killed)
    resumed = engine.fit(x, params, Run(checkpoints=Checkpoints(tmp_path)))
    assert_same(resumed, whole)
    assert resumed.curves == whole.curves


def test_starts_are_rotations_whose_dimensions_belong_to_one_space():
    starts = Starts(Run(), torch.randn(50, 4), (3, 2), parse(SPEC))
    torch.testing.assert_close(starts.rotation @ starts.rotation.mT, torch.eye(4).expand(3, 4, 4))
    weights = space_weights(starts.logits)
    torch.testing.assert_close(weights.max(dim=1).values, torch.full((3, 4), 0.9))
    assert (weights[:, 0] > 0.5).sum(dim=1).tolist() == [2, 2, 2]
    assert starts.centers.shape == (3, 5, 4)


def test_the_best_start_is_the_one_of_least_loss():
    z = torch.randn(50, 4)
    starts = Starts(Run(), z, (3, 2), parse(SPEC))
    losses = starts.losses(z)[0]
    chosen = starts.best()
    torch.testing.assert_close(chosen.rotation, starts.rotation[losses.argmin()])
    torch.testing.assert_close(chosen.centers, starts.centers[losses.argmin()])


def test_compression_is_a_mean_over_the_spaces_of_enrc():
    z = torch.randn(50, 4)
    starts = Starts(Run(), z, (3, 2), parse(SPEC | {"per_cluster": False}))
    losses, v, _ = starts.losses(z)
    weights = space_weights(starts.logits)
    for r in range(3):
        spaces = []
        for s, span in enumerate(spans((3, 2))):
            away = (v[r][:, None] - starts.centers[r][span]).square() * weights[r, s]
            spaces.append(away.sum(dim=2).min(dim=1).values.mean())
        undone = (z - v[r] @ starts.rotation[r].T).square().sum(dim=1).mean()
        torch.testing.assert_close(losses[r], torch.stack(spaces).mean() + undone)


def test_without_steps_the_best_of_the_random_starts_is_taken_as_it_is():
    z, params = torch.randn(50, 4), parse(SPEC | {"init_steps": 0})
    found, starts = place_spaces(Run(), z, (3, 2), params), Starts(Run(), z, (3, 2), params)
    assert any(torch.equal(found.rotation, rotation) for rotation in starts.rotation)
    assert params.init_epochs == 0


def test_hard_subspaces_become_nine_tenths_of_their_dimensions_and_keep_their_partitions():
    x, truth = two_subspaces(noise=0)
    params = parse(SPEC | {"n_clusters": [3, 3], "init": "nrkmeans", "init_starts": 5})
    found = place_spaces(Run(), x.float(), (3, 3), params)
    weights = space_weights(found.logits)
    torch.testing.assert_close(weights.max(dim=0).values, torch.full((4,), 0.9))
    assert (weights > 0.5).sum(dim=1).tolist() == [2, 2]
    v = x.float() @ found.rotation
    for s, span in enumerate(spans((3, 3))):
        labels = (v[:, None] - found.centers[span]).square().mul(weights[s]).sum(dim=2).argmin(dim=1)
        assert max(nmi(each, labels.numpy()) for each in truth) == pytest.approx(1)


@pytest.mark.parametrize("init", ["random", "nrkmeans", "autonr", "nrdipmeans"])
def test_an_embedding_with_a_constant_dimension_has_spaces_too(init):
    z = torch.cat([two_subspaces(n=200, noise=0)[0].float(), torch.full((200, 1), 3.0)], dim=1)
    finds = init in ("autonr", "nrdipmeans")
    given = {"n_clusters": None if finds else [3, 3], "embedding_dim": 5, "init_steps": 0}
    params = parse(SPEC | given | {"init": init})
    found = find_spaces(Run(), z, params).spaces if finds else place_spaces(Run(), z, (3, 3), params)
    assert found.centers.isfinite().all()
    torch.testing.assert_close(found.rotation.T @ found.rotation, torch.eye(5), atol=1e-4, rtol=0)


@pytest.mark.parametrize("seed", range(2))
def test_of_the_spaces_that_nrdipmeans_finds_that_of_most_clusters_comes_first(seed):
    x, truth = two_subspaces(n=200, noise=0)
    x = x[truth[0] < 2].float()
    params = parse(SPEC | {"n_clusters": None, "init": "nrdipmeans"})
    found = find_spaces(Run(seed=seed), x, params)
    assert (found.sizes, found.costs) == ((3, 2), ())
    three = found.spaces.centers[:3] * space_weights(found.spaces.logits)[0]
    v = x @ found.spaces.rotation * space_weights(found.spaces.logits)[0]
    assert nmi(truth[1][truth[0] < 2], torch.cdist(v, three).argmin(dim=1).numpy()) == pytest.approx(1)


def test_an_embedding_without_any_spread_has_one_cluster_by_nrdipmeans_too():
    params = parse(SPEC | {"n_clusters": None, "init": "nrdipmeans"})
    assert find_spaces(Run(), torch.full((20, 4), 2.0), params).sizes == (1,)
