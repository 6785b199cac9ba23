import numpy as np
import pytest
import torch

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.errors import Drained
from clustering.params import parse
from clustering.run import Metrics, Run

SPEC = {
    "method": "dec",
    "n_clusters": 3,
    "embedding_dim": 2,
    "net": {"type": "mlp", "hidden": [16]},
    "batch_size": 16,
    "pretrain_epochs": 3,
    "epochs": 4,
}
UNMOVED = {"type": "affine", "degrees": 0, "translate": 0, "shear": 0, "zoom": 0}


def blobs(n=60, d=6):
    random = np.random.default_rng(0)
    return (random.normal(size=(n, d)) + 6 * np.eye(d)[np.arange(n) % 3]).astype(np.float32)


def images(n=48):
    return np.random.default_rng(0).random((n, 8, 8)).astype(np.float32)


def test_labels_are_the_largest_student_t_assignment_hence_the_nearest_center():
    result = engine.fit(blobs(), parse(SPEC))
    (found,) = result.clusterings
    distance = torch.cdist(result.embeddings, found.centers)
    assert torch.equal(found.labels, distance.argmin(dim=1))
    kernel = 1 / (1 + distance.square())
    torch.testing.assert_close(found.soft, kernel / kernel.sum(dim=1, keepdim=True))


def test_separate_groups_are_found():
    wide = SPEC | {"embedding_dim": 6, "pretrain_epochs": 30, "epochs": 10, "scale": "none"}
    labels = engine.fit(blobs(), parse(wide)).clusterings[0].labels
    assert [len(set(labels[start::3].tolist())) for start in range(3)] == [1, 1, 1]
    assert len(set(labels.tolist())) == 3


def test_self_training_moves_encoder_and_centers_and_leaves_the_decoder():
    before, after = (engine.fit(blobs(), parse(SPEC | {"epochs": epochs})).method for epochs in (0, 2))
    for name, weight in after.state_dict().items():
        assert torch.equal(weight, before.state_dict()[name]) == name.startswith("net.decoder"), name


@pytest.mark.parametrize("target", ["batch", "epoch"])
def test_an_augmentation_that_changes_nothing_changes_no_label(target):
    spec = SPEC | {"target": target}
    plain, augmented = (engine.fit(images(), parse(spec | {"augment": each})) for each in (None, UNMOVED))
    torch.testing.assert_close(plain.embeddings, augmented.embeddings, atol=1e-3, rtol=1e-3)
    assert torch.equal(plain.clusterings[0].labels, augmented.clusterings[0].labels)


def test_the_target_of_an_epoch_differs_from_that_of_a_batch():
    first, second = (engine.fit(blobs(), parse(SPEC | {"target": each})) for each in ("batch", "epoch"))
    assert not torch.equal(first.embeddings, second.embeddings)


def test_a_fit_with_the_target_of_an_epoch_resumes_bit_for_bit(tmp_path):
    params, heard = parse(SPEC | {"target": "epoch"}), []

    def stop():
        return "drain" if sum(isinstance(each, Metrics) for each in heard) == 5 else None

    with pytest.raises(Drained):
        engine.fit(blobs(), params, Run(report=heard.append, stop=stop, checkpoints=Checkpoints(tmp_path)))
    resumed = engine.fit(blobs(), params, Run(checkpoints=Checkpoints(tmp_path)))
    assert torch.equal(resumed.embeddings, engine.fit(blobs(), params).embeddings)


def test_a_trained_autoencoder_takes_the_place_of_the_pretraining(tmp_path):
    own = engine.fit(blobs(), parse(SPEC))
    trained = {key: SPEC[key] for key in ("embedding_dim", "net", "batch_size")} | {"epochs": 3}
    engine.save(engine.fit(blobs(), parse(trained | {"method": "autoencoder"})), tmp_path)
    spec = {key: SPEC[key] for key in SPEC if key != "pretrain_epochs"} | {"initial_model": "mdl_1"}
    given = engine.fit(blobs(), parse(spec), Run(initial_model=tmp_path))
    assert {point.stage for point in given.curves} == {"cluster"}
    assert torch.equal(given.clusterings[0].labels, own.clusterings[0].labels)


def test_over_a_contrastive_net_its_own_loss_trains_the_encoder_and_not_the_projector():
    net = {"type": "resnet", "width": 4, "hidden": [8], "projector": [8, 4]}
    spec = SPEC | {"net": net, "augment": {"type": "affine"}, "pretrain_epochs": 1}
    first, last = (engine.fit(images(), parse(spec | {"epochs": each})).method.net for each in (0, 2))
    for name, weight in first.projector.state_dict().items():
        assert torch.equal(weight, last.projector.state_dict()[name]), name
    assert not torch.equal(first.encoder[-1].weight, last.encoder[-1].weight)


def test_a_tiny_norm_holds_the_network_but_not_the_centers():
    fresh = SPEC | {"pretrain_epochs": 0, "clip_norm": 1e-12}
    before, held = (engine.fit(blobs(), parse(fresh | {"epochs": epochs})).method for epochs in (0, 1))
    moved = {name: (held.state_dict()[name] - w).abs().max() for name, w in before.state_dict().items()}
    assert moved["net.encoder.1.weight"] < 1e-5
    assert moved["centers"] > 1e-4


@pytest.mark.parametrize(
    ("fields", "decodes"),
    [({"pretrain_epochs": 0}, False), ({"pretrain_epochs": 2}, True), ({"initial_model": "mdl_1"}, True)],
)
def test_prototypes_are_decoded_only_by_a_decoder_that_was_trained(fields, decodes):
    assert parse({"method": "dec", "n_clusters": 2} | fields).can("decode") is decodes
