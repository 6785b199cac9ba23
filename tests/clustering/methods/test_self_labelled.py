"""What self-labelling does to methods over an autoencoder: labels, soft assignments, what is decoded."""

import numpy as np
import pytest
import torch

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.data import Data
from clustering.errors import Drained, InvalidData
from clustering.params import PARAMS, parse
from clustering.params.deep import SelfLabelledParams
from clustering.run import Metrics, Run
from tests.clustering.methods.tiny import images, tiny

METHODS = [name for name, params in PARAMS.items() if issubclass(params, SelfLabelledParams)]
LAST = {
    "epochs": 3,
    "lr": 0.01,
    "warmup_epochs": 1,
    "threshold": 0.3,
    "strong": {"type": "affine"},
    "decoder_epochs": 2,
}


def spec(method, **last):
    return tiny(method, self_label=LAST | last)


def losses(result, x):
    """Mean squared error of each sample's reconstruction from its embedding."""
    data = Data.of(x, scale=result.scaling)
    with torch.no_grad():
        return (result.method.decode(result.embeddings) - next(data.blocks(data.n))).square().mean()


def test_it_is_there_for_all_methods_that_find_one_clustering_by_centers_in_an_embedding():
    assert METHODS == ["ae_kmeans", "dcn", "dec", "idec"]


@pytest.mark.parametrize("method", METHODS)
def test_the_decoder_learns_where_the_embedding_went_and_changes_nothing_else(method):
    x = images()
    stale = engine.fit(x, spec(method, decoder_epochs=0))
    refit = engine.fit(x, spec(method, decoder_epochs=40))
    assert torch.equal(stale.embeddings, refit.embeddings)
    assert torch.equal(stale.clusterings[0].labels, refit.clusterings[0].labels)
    assert torch.equal(stale.clusterings[0].centers, refit.clusterings[0].centers)
    assert losses(refit, x) < losses(stale, x)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_decoded_by_a_decoder_that_the_embedding_left_behind(method):
    result = engine.fit(images(), spec(method, decoder_epochs=0))
    assert result.decode(result.embeddings) is None
    kept = engine.fit(images(), spec(method))
    assert kept.decode(kept.embeddings).shape == images().shape


def test_dec_from_scratch_has_a_decoder_once_it_was_refit():
    scratch = {"method": "dec", "n_clusters": 2, "pretrain_epochs": 0}
    assert not parse(scratch).can("decode")
    assert parse(scratch | {"self_label": {}}).can("decode")
    assert not parse(scratch | {"self_label": {"decoder_epochs": 0}}).can("decode")


@pytest.mark.parametrize("method", METHODS)
def test_labels_are_the_heads_and_soft_and_the_centers_their_means(method, tmp_path):
    result = engine.fit(images(), spec(method))
    (found,) = result.clusterings
    said = result.method.head(result.embeddings).softmax(dim=1).detach()
    torch.testing.assert_close(found.soft, said)
    for k in found.labels.unique():
        torch.testing.assert_close(found.centers[k], result.embeddings[found.labels == k].mean(dim=0))
    engine.save(result, tmp_path)
    np.testing.assert_array_equal(engine.predict(tmp_path, images()).labels, found.labels)


@pytest.mark.parametrize("method", ["ae_kmeans", "idec"])
def test_all_stages_resume_bit_for_bit(method, tmp_path):
    x = images()
    whole = engine.fit(x, spec(method))
    assert [point.stage for point in whole.curves][-6:] == [
        "warm-up head",
        *["self-label"] * 3,
        *["refit decoder"] * 2,
    ]
    for after in range(1, len(whole.curves)):
        heard, folder = [], tmp_path / str(after)

        def stop(heard=heard, after=after):
            return "drain" if sum(isinstance(each, Metrics) for each in heard) >= after else None

        with pytest.raises(Drained):
            engine.fit(x, spec(method), Run(report=heard.append, stop=stop, checkpoints=Checkpoints(folder)))
        resumed = engine.fit(x, spec(method), Run(checkpoints=Checkpoints(folder)))
        assert resumed.curves == whole.curves
        for name, tensor in whole.method.state_dict().items():
            assert torch.equal(resumed.method.state_dict()[name], tensor), (after, name)


def test_norms_of_a_convolutional_encoder_keep_their_statistics_while_its_decoder_learns():
    conv = {"net": {"type": "conv", "channels": [2, 4]}}
    results = [
        engine.fit(images(), tiny("dcn", **conv, self_label=LAST | {"decoder_epochs": epochs}))
        for epochs in (0, 2)
    ]
    without, refit = (each.method.net.state_dict() for each in results)
    moved = {name for name in without if not torch.equal(without[name], refit[name])}
    assert moved and all(name.startswith("decoder.") for name in moved)
    assert any("running_mean" in name for name in moved)


def test_views_that_do_not_fit_the_samples_are_told_for_k_means_on_an_embedding_too():
    with pytest.raises(InvalidData, match="image"):
        engine.fit(np.random.default_rng(0).random((60, 4)), tiny("ae_kmeans", self_label={}))


def test_a_network_of_another_method_is_refined_by_starting_from_it(tmp_path):
    engine.save(engine.fit(images(), tiny("deccs")), tmp_path)
    asked = tiny("ae_kmeans", initial_model="mdl_1", self_label=LAST)
    result = engine.fit(images(), asked, Run(initial_model=tmp_path)).method
    assert bool(result.headed)
