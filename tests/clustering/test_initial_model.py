"""Clusterings that start from a model that only learned to compare views."""

import pytest
import torch

from clustering import engine
from clustering.errors import InvalidData
from clustering.params import parse
from clustering.run import Run
from tests.clustering.methods.tiny import RESNET, images, tiny

SHORT = {"embedding_dim": 2, "net": RESNET, "augment": {"type": "affine"}, "initial_model": "mdl_1"}
METHODS = ["dec", "idec", "dcn", "ae_kmeans"]


def started(tmp_path, method, **fields):
    return engine.fit(images(), tiny(method, **SHORT | fields), Run(initial_model=tmp_path))


@pytest.mark.parametrize("trained", ["simclr", "byol"])
@pytest.mark.parametrize("method", METHODS)
def test_a_clustering_starts_from_the_embedding_of_the_trained_model(method, trained, tmp_path):
    pretrained = engine.fit(images(), tiny(trained))
    engine.save(pretrained, tmp_path)
    result = started(tmp_path, method, epochs=0)
    torch.testing.assert_close(result.embeddings, pretrained.embeddings)
    assert result.curves == []
    assert {point.stage for point in started(tmp_path, method, epochs=1).curves} <= {"cluster"}


def test_the_projector_of_simclr_is_taken_over_and_that_of_byol_is_not(tmp_path):
    projectors = {}
    for trained in ("simclr", "byol"):
        (tmp_path / trained).mkdir()
        pretrained = engine.fit(images(), tiny(trained))
        engine.save(pretrained, tmp_path / trained)
        own = started(tmp_path / trained, "idec", epochs=0).method.net.projector[0].weight
        projectors[trained] = torch.equal(own, pretrained.method.net.projector[0].weight)
    assert projectors == {"simclr": True, "byol": False}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"net": RESNET | {"width": 5}}, "width 4.* for .*width 5"),
        ({"net": RESNET | {"hidden": [9]}}, "width 4.* for .*hidden \\[9\\]"),
        ({"embedding_dim": 3}, "embedding is 2 wide.* for 3"),
        ({"net": {"type": "mlp"}}, "width 4.* for .*type mlp"),
    ],
)
@pytest.mark.parametrize("trained", ["simclr", "byol"])
def test_another_encoder_is_refused_with_what_was_met_and_what_is_accepted(trained, change, said, tmp_path):
    engine.save(engine.fit(images(), tiny(trained, epochs=1)), tmp_path)
    with pytest.raises(InvalidData, match=said):
        started(tmp_path, "dcn", **change)


def test_another_projector_is_refused_of_simclr_and_no_matter_of_byol(tmp_path):
    other = {"net": RESNET | {"projector": [5]}, "epochs": 0}
    for trained in ("simclr", "byol"):
        (tmp_path / trained).mkdir()
        engine.save(engine.fit(images(), tiny(trained, epochs=1)), tmp_path / trained)
    with pytest.raises(InvalidData, match="projector"):
        started(tmp_path / "simclr", "dec", **other)
    assert started(tmp_path / "byol", "dec", **other).curves == []


def test_a_model_without_a_network_starts_nothing(tmp_path):
    engine.save(engine.fit(images(), parse({"method": "kmeans", "n_clusters": 2})), tmp_path)
    with pytest.raises(InvalidData, match="k-means"):
        started(tmp_path, "dec")
