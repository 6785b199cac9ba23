import pytest
import torch

from clustering import engine
from clustering.params import parse
from tests.clustering.methods.test_dec import SPEC, UNMOVED, blobs, images

SPEC = SPEC | {"method": "dcn"}
FROZEN = {"lr": 1e-30}


def test_each_epoch_adds_every_sample_once_to_the_counts():
    method = engine.fit(blobs(60), parse(SPEC | {"epochs": 4})).method
    assert method.counts.sum().item() == 3 * 100 + 4 * 60


def test_centers_move_by_the_papers_rule_sample_by_sample():
    spec = SPEC | FROZEN | {"batch_size": 60, "kmeans_samples": 3}
    before, after = (engine.fit(blobs(), parse(spec | {"epochs": epochs})) for epochs in (0, 1))
    centers, counts = before.clusterings[0].centers.double(), [100] * 3
    for z, label in zip(before.embeddings.double(), before.clusterings[0].labels.tolist(), strict=True):
        counts[label] += 1
        centers[label] += (z - centers[label]) / counts[label]
    torch.testing.assert_close(after.clusterings[0].centers.double(), centers, atol=1e-5, rtol=1e-5)


def test_the_published_codes_rate_keeps_the_counts():
    method = engine.fit(blobs(), parse(SPEC | {"center_update": "brb_code"})).method
    assert method.counts.tolist() == [100] * 3


@pytest.mark.parametrize("update", ["per_instance", "running_count", "brb_code"])
def test_centers_move_towards_their_samples(update):
    spec = SPEC | FROZEN | {"center_update": update, "kmeans_samples": 3}
    if update != "brb_code":
        spec["first_count"] = 5
    before, after = (engine.fit(blobs(), parse(spec | {"epochs": epochs})) for epochs in (0, 3))
    labels, z = after.clusterings[0].labels, after.embeddings
    means = torch.stack([z[labels == j].mean(dim=0) for j in range(3)])
    distance = [(run.clusterings[0].centers - means).norm() for run in (before, after)]
    assert distance[1] < distance[0]


def test_the_pull_tightens_clusters():
    loose, tight = (
        engine.fit(blobs(), parse(SPEC | {"epochs": 10, "cluster_weight": weight})) for weight in (0, 1)
    )

    def spread(result):
        (found,) = result.clusterings
        return (result.embeddings - found.centers[found.labels]).square().sum(dim=1).mean()

    assert spread(tight) < spread(loose)


def test_labels_are_the_nearest_centers():
    result = engine.fit(blobs(), parse(SPEC))
    (found,) = result.clusterings
    assert found.soft is None
    assert torch.equal(found.labels, torch.cdist(result.embeddings, found.centers).argmin(dim=1))


def test_an_augmentation_that_changes_nothing_changes_no_label():
    plain, augmented = (engine.fit(images(), parse(SPEC | {"augment": each})) for each in (None, UNMOVED))
    assert torch.equal(plain.clusterings[0].labels, augmented.clusterings[0].labels)
