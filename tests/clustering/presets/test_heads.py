"""The presets of CC, IIC, PICA and DivClust."""

import pytest

from clustering.presets import PRESETS

FAMILIES = ("cc", "iic", "pica", "divclust")
FULL = [name for name, preset in PRESETS.items() if preset.family in FAMILIES and not name.endswith("-small")]


@pytest.mark.parametrize("name", FULL)
def test_every_experiment_has_a_small_variant_of_the_same_method(name):
    full, small = PRESETS[name], PRESETS[f"{name}-small"]
    assert small.spec["method"] == full.spec["method"]
    assert small.params.n_clusters == full.params.n_clusters
    assert small.figure is None
    assert small.dataset.n * small.params.epochs <= 40_000
    assert max(small.dataset.shape[:2]) <= 32
    assert (small.params.input_size or 32) <= 32


@pytest.mark.parametrize(
    ("name", "acc", "nmi", "ari"),
    [
        ("cc/cifar10", 79.0, 70.5, 63.7),
        ("cc/imagenet-dogs", 42.9, 44.5, 27.4),
        ("iic/cifar10", 61.7, 51.3, 41.1),
        ("pica/tiny-imagenet", 9.8, 27.7, 4.0),
        ("divclust/cc-cifar10-80", 81.9, 72.4, 68.1),
        ("divclust/cc-imagenet-10-95", 93.6, 89.1, 87.8),
        ("divclust/cc-imagenet-dogs-100", 45.1, 45.9, 29.8),
    ],
)
def test_figures_are_the_papers(name, acc, nmi, ari):
    figure = PRESETS[name].figure
    assert (figure.acc, figure.nmi, figure.ari) == (acc, nmi, ari)


def test_targets_are_in_the_names():
    for name in FULL:
        if name.startswith("divclust"):
            assert PRESETS[name].params.target == int(name.rpartition("-")[2]) / 100


def test_imagenets_views_are_strong_and_blurred():
    strong, weak = PRESETS["divclust/cc-imagenet-10-80"].params.augment, PRESETS["cc/cifar10"].params.augment
    assert (strong.brightness, strong.hue, strong.blur) == (0.8, 0.2, 0.5)
    assert (weak.brightness, weak.hue, weak.blur) == (0.4, 0.1, 0)
