import numpy as np
import pytest
import torch

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.errors import Cancelled, Drained
from clustering.methods.deccs import DECCS
from clustering.metrics.agreement import accuracy, ari, variation_of_information
from clustering.params import parse
from clustering.run import Metrics, Progress, Run
from tests.clustering.methods.tiny import assert_same

SPEC = {
    "method": "deccs",
    "n_clusters": 3,
    "net": {"type": "mlp", "hidden": [16]},
    "embedding_dim": 2,
    "members": [{"method": "kmeans"}, {"method": "agglomerative"}, {"method": "gmm"}],
    "pretrain_epochs": 60,
    "rounds": 2,
    "steps": 40,
    "classifier_steps": 150,
    "classifier_lr": 0.5,
    "lr": 0.01,
    "stop_below": None,
}
TRUTH = np.arange(120) % 3
X = 6 * np.eye(4)[TRUTH] + np.random.default_rng(0).normal(size=(120, 4))


def fitted(run=None, **changes):
    return engine.fit(X, parse(SPEC | changes), run)


@pytest.fixture(scope="module")
def plain():
    return fitted()


def rounds(result):
    return [point.values for point in result.curves if point.stage == "cluster"]


def test_clear_clusters_are_found_and_every_member_agrees(plain):
    assert accuracy(TRUTH, plain.clusterings[0].labels.numpy()) == 1
    assert plain.extras["agreement"]["mean"] == pytest.approx(1)


def test_a_round_tells_the_agreement_of_all_and_of_each_member(plain):
    found = rounds(plain)
    assert len(found) == 3
    for values in found:
        each = [value for name, value in values.items() if name.startswith("agreement_")]
        assert len(each) == 3
        assert values["agreement"] == pytest.approx(np.mean(each))
    assert "pull" in found[0]
    assert "pull" not in found[-1]


def test_members_are_compared_pair_by_pair(plain):
    told = plain.extras["agreement"]
    assert told["names"] == ["kmeans", "agglomerative", "gmm"]
    np.testing.assert_allclose(told["ari"], np.ones((3, 3)))
    np.testing.assert_allclose(told["vi"], np.zeros((3, 3)), atol=1e-9)
    params = parse(SPEC | {"members": [{"method": "kmeans"}, {"method": "kmeans"}]})
    method, halves = DECCS(params, (4,)), np.arange(120) % 2
    method._compare([TRUTH, halves])
    told = method.extras(None, torch.zeros(5, 2))["agreement"]
    assert told["names"] == ["kmeans", "kmeans_2"]
    np.testing.assert_allclose(told["ari"], [[1, ari(TRUTH, halves)], [ari(TRUTH, halves), 1]])
    apart = variation_of_information(TRUTH, halves)
    np.testing.assert_allclose(told["vi"], [[0, apart], [apart, 0]])
    assert told["mean"] == pytest.approx(told["nmi"][0][1])


def test_samples_in_small_clusters_do_not_count_for_the_agreement(monkeypatch):
    outlier = np.where(np.arange(100) < 3, 3, TRUTH[:100])
    labels = torch.from_numpy(np.stack([TRUTH[:100], outlier, TRUTH[:100]]))
    monkeypatch.setattr("clustering.methods.deccs.partitions", lambda *_: labels)
    result = fitted(rounds=0)
    assert result.extras["agreement"]["mean"] == pytest.approx(1)


def test_the_round_with_the_largest_agreement_is_what_comes_out(monkeypatch):
    told, seen = [0.3, 0.9, 0.5], []

    def agree(method, epoch):
        seen.append({name: tensor.clone() for name, tensor in method.state_dict().items()})
        return told[epoch.number - 1]

    monkeypatch.setattr(DECCS, "_agreement", agree)
    state = fitted().method.state_dict()
    for name in state.keys() - {"centers"}:
        assert torch.equal(state[name], seen[1][name])
    assert not torch.equal(seen[1]["net.encoder.1.weight"], seen[2]["net.encoder.1.weight"])


def test_rounds_end_early_once_the_agreement_stands_still_at_full_force():
    result = fitted(rounds=12, steps=10, stop_below=1e-3)
    agreements = [values["agreement"] for values in rounds(result)]
    assert agreements[-2:] == pytest.approx([1, 1])
    assert 7 < len(agreements) < 13


def test_labels_are_those_of_the_first_members_classifier(plain):
    result = plain
    first = result.method.classifiers(result.embeddings)[:, 0]
    assert torch.equal(result.clusterings[0].labels, first.argmax(dim=1))
    assert torch.equal(result.extras["member-labels"][:, 0], first.argmax(dim=1))
    torch.testing.assert_close(result.clusterings[0].soft, first.softmax(dim=1))


def test_centers_are_the_means_of_the_clusters(plain):
    (found,) = plain.clusterings
    means = torch.stack([plain.embeddings[found.labels == j].mean(dim=0) for j in range(3)])
    torch.testing.assert_close(found.centers, means)


def test_members_with_other_numbers_of_clusters_are_joined_by_k_means():
    members = [{"method": "kmeans", "n_clusters": 5}, {"method": "gmm"}]
    result = fitted(members=members)
    (found,) = result.clusterings
    assert found.soft is None
    assert torch.equal(found.labels, torch.cdist(result.embeddings, found.centers).argmin(dim=1))
    assert accuracy(TRUTH, found.labels.numpy()) == 1
    assert int(result.extras["member-labels"].max()) <= 4


def test_the_members_of_the_paper_are_the_default():
    own = {name: value for name, value in SPEC.items() if name != "members"}
    result = engine.fit(X, parse(own | {"rounds": 1}))
    found = {name for name in rounds(result)[-1] if name.startswith("agreement_")}
    assert found == {f"agreement_{name}" for name in ("kmeans", "spectral", "agglomerative", "gmm")}
    assert result.extras["member-labels"].shape == (120, 4)
    assert result.embeddings.isfinite().all()


@pytest.mark.parametrize("weighting", ["code", "paper", "none"])
def test_every_weighting_fits(weighting):
    assert accuracy(TRUTH, fitted(weighting=weighting).clusterings[0].labels.numpy()) == 1


def test_the_pull_is_heavier_for_vectors_than_for_images(plain):
    assert torch.equal(fitted(consensus_weight=10).embeddings, plain.embeddings)
    assert not torch.equal(fitted(consensus_weight=0.1).embeddings, plain.embeddings)


def test_an_ablation_leaves_only_the_losses_with_a_weight():
    alone = {"rounds": 1, "pretrain_epochs": 1, "consensus_weight": 0, "auxiliary_weight": 0}
    before = fitted(pretrain_epochs=1, rounds=0).embeddings
    assert torch.equal(fitted(**alone, cross_entropy_weight=0).embeddings, before)
    assert not torch.equal(fitted(**alone).embeddings, before)


def test_a_kill_in_any_round_resumes_bit_for_bit(tmp_path):
    whole = fitted(pretrain_epochs=1)
    for after in range(1, 4):
        seen, folder = [], tmp_path / str(after)

        def hear(report, seen=seen):
            if isinstance(report, Metrics):
                seen.append(report)

        def stop(seen=seen, after=after):
            return "drain" if len(seen) >= after else None

        with pytest.raises(Drained):
            fitted(Run(report=hear, stop=stop, checkpoints=Checkpoints(folder)), pretrain_epochs=1)
        resumed = fitted(Run(checkpoints=Checkpoints(folder)), pretrain_epochs=1)
        assert_same(resumed, whole)
        assert resumed.curves == whole.curves
        for name, tensor in whole.method.state_dict().items():
            assert torch.equal(resumed.method.state_dict()[name], tensor)


def test_a_cancel_is_heard_within_a_round_and_progress_moves_there():
    heard = []

    def stop():
        return (
            "cancel"
            if len([p for p in heard if isinstance(p, Progress) and p.stage == "cluster"]) > 9
            else None
        )

    with pytest.raises(Cancelled):
        fitted(Run(report=heard.append, stop=stop), pretrain_epochs=1)
    fractions = {p.fraction for p in heard if isinstance(p, Progress) and p.stage == "cluster"}
    assert len(fractions) > 3
    assert not [p for p in heard if isinstance(p, Metrics) and p.stage == "cluster"]


def test_a_score_is_told_the_clusters_of_each_round(plain):
    told = []

    def score(index, labels, z):
        told.append((len(index), len(labels), len(z)))
        return {"acc": 0.5, "nmi": float("nan")}

    result = fitted(Run(score=score))
    assert len(told) == 3
    assert all("acc" in values and "nmi" not in values for values in rounds(result))
    assert_same(result, plain)
