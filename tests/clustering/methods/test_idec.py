import torch

from clustering import engine
from clustering.params import parse
from tests.clustering.methods.test_dec import SPEC, UNMOVED, blobs, images

SPEC = SPEC | {"method": "idec"}


def test_without_weight_on_the_clusters_only_the_autoencoder_trains_on():
    before, after = (
        engine.fit(blobs(), parse(SPEC | {"epochs": epochs, "cluster_weight": 0})) for epochs in (0, 3)
    )
    assert torch.equal(before.clusterings[0].centers, after.clusterings[0].centers)
    assert after.curves[-1].values["auxiliary"] < before.curves[-1].values["loss"]


def test_the_loss_is_the_weighted_sum_of_its_recorded_parts():
    spec = SPEC | {"cluster_weight": 0.3, "auxiliary_weight": 2.0}
    last = engine.fit(blobs(), parse(spec)).curves[-1].values
    assert abs(last["loss"] - (0.3 * last["clusters"] + 2 * last["auxiliary"])) < 1e-5


def test_an_error_summed_over_a_samples_values_is_the_mean_with_that_many_times_the_weight():
    summed = SPEC | {"reconstruction_mean": "sample"}
    first, second = (engine.fit(blobs(), parse(spec)) for spec in (summed, SPEC | {"auxiliary_weight": 6.0}))
    torch.testing.assert_close(first.embeddings, second.embeddings, atol=1e-3, rtol=1e-3)


def test_an_augmentation_that_changes_nothing_changes_no_label():
    plain, augmented = (engine.fit(images(), parse(SPEC | {"augment": each})) for each in (None, UNMOVED))
    assert torch.equal(plain.clusterings[0].labels, augmented.clusterings[0].labels)
