import numpy as np
import pytest
import torch

from clustering import engine
from clustering.data import Data
from clustering.methods import build
from clustering.metrics.agreement import accuracy
from clustering.params import parse
from clustering.run import Run
from tests.clustering.methods.tiny import images, tiny

NEARLY = {"type": "affine", "degrees": 2, "translate": 0, "shear": 0}


def kinds(n=60, k=3, seed=0):
    """Images of k patterns under a little noise, and which pattern each has."""
    rng = np.random.default_rng(seed)
    patterns = rng.integers(0, 200, (k, 8, 8, 1))
    y = np.arange(n) % k
    return (patterns[y] + rng.integers(0, 30, (n, 8, 8, 1))).astype(np.uint8), y


def test_the_defaults_are_the_recipe_of_the_paper():
    p = parse({"method": "cc", "n_clusters": 10})
    assert (p.net.depth, p.net.stem, p.input_size, p.projector, p.hidden) == (
        34,
        "large",
        224,
        (512, 128),
        (512,),
    )
    assert (p.lr, p.batch_size, p.epochs, p.temperature, p.cluster_temperature) == (3e-4, 256, 1000, 0.5, 1.0)
    assert (p.optimizer.type, p.optimizer.weight_decay, p.schedule.decay) == ("adam", 0.0, "none")
    colors = p.augment.brightness, p.augment.contrast, p.augment.saturation, p.augment.hue
    assert (colors, p.augment.solarize, p.augment.grayscale) == ((0.4, 0.4, 0.4, 0.1), 0, 0.2)


def test_patterns_are_found():
    x, y = kinds()
    spec = {"n_clusters": 3, "epochs": 40, "lr": 3e-3, "augment": NEARLY, "batch_size": 20}
    net = {"type": "plain", "channels": [8, 16], "kernel": 3}
    result = engine.fit(x, tiny("cc", **spec, net=net), Run(seed=1))
    assert accuracy(y, result.clusterings[0].labels.numpy()) > 0.95
    assert result.curves[-1].values["loss"] < result.curves[0].values["loss"] - 0.5


def test_the_embedding_is_what_the_heads_see_and_the_labels_are_their_most_probable_class():
    result = engine.fit(images(), tiny("cc"))
    method, (found,) = result.method, result.clusterings
    assert result.embeddings.shape == (40, method.features.width)
    soft = method.heads(result.embeddings)[0].softmax(dim=1)
    torch.testing.assert_close(found.soft, soft)
    assert torch.equal(found.labels, soft.argmax(dim=1))


def test_views_pass_through_the_network_one_by_one():
    method = build(tiny("cc"), (1, 8, 8))
    seen = []
    method.features.register_forward_hook(lambda module, inputs, _: seen.append(len(inputs[0])))
    (batch, *_) = Data.of(images()).batches(40, torch.Generator(), method.view())
    compared = method.compare(batch, method.heads)
    assert seen == [40, 40]
    assert compared.soft.shape == (1, 80, 2)


@pytest.mark.parametrize("field", ["temperature", "cluster_temperature"])
def test_both_temperatures_are_heard(field):
    warm, cool = (engine.fit(images(), tiny("cc", **{field: each})).embeddings for each in (1.0, 0.1))
    assert not torch.equal(warm, cool)


def test_images_are_enlarged_on_the_way_to_the_network():
    result = engine.fit(images(), tiny("cc", input_size=12, epochs=1))
    assert result.method.features.width == 8 * 6 * 6
    assert result.embeddings.shape == (40, 8 * 6 * 6)


def test_looks_tell_how_the_clusters_change():
    curves = engine.fit(images(), tiny("cc", epochs=4, observe_every=2)).curves
    assert [point.epoch for point in curves if "label_change" in point.values] == [4]
