"""The experiments of Invariant Information Clustering without labels: `iic/<data set>`, and `-small`."""

from collections.abc import Iterator, Mapping
from typing import Any

from clustering.presets.images import IMAGES, ON_UNLABELED, small
from clustering.presets.preset import Figure, Preset, lean

Spec = dict[str, Any]
PAPER = (
    "Ji, Henriques, Vedaldi. Invariant Information Clustering for Unsupervised Image Classification and "
    "Segmentation. ICCV 2019."
)
PERTURBED: Spec = {
    "type": "window",
    "flip": 0.5,
    "brightness": 0.4,
    "contrast": 0.4,
    "saturation": 0.4,
    "hue": 0.125,
}
FROM_28, FROM_96 = 24 / 28, 64 / 96
OF_GRAY: Spec = {
    "net": {"type": "plain"},
    "sobel": "off",
    "input_size": 24,
    "anchor": {"type": "window", "sides": [20 * FROM_28], "place": "middle"},
    "augment": {
        **PERTURBED,
        "sides": [16 * FROM_28, 20 * FROM_28, 24 * FROM_28],
        "flip": 0.0,
        "rotation": 25.0,
    },
    "over_clusters": 50,
    "batch_size": 140,
    "repeats": 5,
    "epochs": 3200,
}
SPECS: Mapping[str, Spec] = {
    "cifar10": {},
    "cifar100-20": {"over_clusters": 140, "batch_size": 200, "repeats": 5, "passes": 1},
    "stl10": {
        "input_size": 64,
        "anchor": {"type": "window", "sides": [64 * FROM_96]},
        "augment": {**PERTURBED, "sides": [64 * FROM_96]},
        "batch_size": 140,
        "repeats": 5,
    },
    "mnist": OF_GRAY,
    "fashion": OF_GRAY,
}
OVER = "best sub-head of one run"
FIGURES = {
    "cifar10": Figure(61.7, 51.3, 41.1, table="tables 2, 3 and 4 of DeepCluE", over=OVER),
    "cifar100-20": Figure(25.7, None, None, table="table 4 of DeepCluE", over=OVER),
    "fashion": Figure(65.7, 63.7, 52.3, table="tables 2, 3 and 4 of DeepCluE", over="not told"),
}

ON_CROPS = (
    "The paper crops before it resizes; here images are resized first, and windows are as large in them."
)
ON_FIGURE = "The paper's figure was not at hand when this was written."
ON_FASHION = "IIC's own paper has no such experiment, and DeepCluE no settings; these are those of MNIST."
ON_TURNS = "In the authors' code the moments of heads that have no turn decay; here they stay."


def _preset(key: str) -> Preset:
    figure = FIGURES.get(key)
    resized = [ON_CROPS] * ("input_size" in SPECS[key])
    return Preset(
        name=f"iic/{key}",
        title=f"IIC on {IMAGES[key].name}",
        paper=PAPER,
        dataset=IMAGES[key],
        spec=lean({"method": "iic", "n_clusters": IMAGES[key].k, **SPECS[key]}),
        figure=figure,
        notes=(
            *resized,
            *[ON_UNLABELED] * (key == "stl10"),
            *[ON_FASHION] * (key == "fashion"),
            *[ON_FIGURE] * (figure is None),
            ON_TURNS,
        ),
    )


def _small(preset: Preset) -> Preset:
    if preset.dataset.shape[2] == 1:
        net = {"type": "plain", "channels": [16, 32, 64], "kernel": 3}
        return small(preset, net=net, input_size=24, repeats=2)
    sides = {"type": "window", "sides": [20.0]}
    return small(preset, repeats=2, epochs=10, anchor=sides, augment={**PERTURBED, **sides})


def _presets() -> Iterator[Preset]:
    full = [_preset(key) for key in SPECS]
    yield from full
    yield from map(_small, full)


PRESETS = tuple(_presets())
"""The experiments on whole images without labels."""
