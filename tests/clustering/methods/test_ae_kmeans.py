import torch

from clustering import engine
from clustering.params import parse
from tests.clustering.methods.test_dec import SPEC, blobs

SPEC = {key: value for key, value in SPEC.items() if key != "epochs"} | {"method": "ae_kmeans"}


def test_labels_are_the_nearest_of_the_means_in_the_embedding():
    result = engine.fit(blobs(), parse(SPEC))
    (found,) = result.clusterings
    assert torch.equal(found.labels, torch.cdist(result.embeddings, found.centers).argmin(dim=1))
    means = torch.stack([result.embeddings[found.labels == j].mean(dim=0) for j in range(3)])
    torch.testing.assert_close(found.centers, means)


def test_the_network_is_that_of_the_autoencoder_with_the_same_seed():
    alone = {key: SPEC[key] for key in ("embedding_dim", "net", "batch_size")}
    trained = engine.fit(blobs(), parse(alone | {"method": "autoencoder", "epochs": 3}))
    assert torch.equal(trained.embeddings, engine.fit(blobs(), parse(SPEC)).embeddings)
    assert trained.clusterings == []


def test_prototypes_decode_into_the_units_of_the_samples():
    result = engine.fit(blobs() * 1000, parse(SPEC | {"pretrain_epochs": 60}))
    decoded = result.decode(result.clusterings[0].centers)
    assert decoded.shape == (3, 6)
    assert 1000 < float(abs(torch.as_tensor(decoded)).max()) < 20_000
