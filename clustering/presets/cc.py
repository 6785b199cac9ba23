"""The experiments of Contrastive Clustering: `cc/<data set>`; `-small` is a few minutes' work for a CPU."""

from collections.abc import Iterator, Mapping
from typing import Any

from clustering.presets.images import IMAGES, ON_UNLABELED, small
from clustering.presets.needs import Took
from clustering.presets.preset import Figure, Preset, lean

Spec = dict[str, Any]
PAPER = "Li, Hu, Liu, Peng, Zhou, Peng. Contrastive Clustering. AAAI 2021."
NMI_ACC_ARI: Mapping[str, tuple[float, float, float]] = {
    "cifar10": (70.5, 79.0, 63.7),
    "cifar100-20": (43.1, 42.9, 26.6),
    "stl10": (76.4, 85.0, 72.6),
    "imagenet-10": (85.9, 89.3, 82.2),
    "imagenet-dogs": (44.5, 42.9, 27.4),
    "tiny-imagenet": (34.0, 14.0, 7.1),
}
COLORED: Spec = {"type": "simclr", "saturation": 0.4, "solarize": 0.0}
STRONG: Spec = {**COLORED, "brightness": 0.8, "contrast": 0.8, "saturation": 0.8, "hue": 0.2}
VIEWS: Mapping[str, Spec] = {
    "stl10": STRONG,
    "imagenet-10": {**STRONG, "blur": 0.5},
    "imagenet-dogs": {**STRONG, "blur": 0.5},
}
"""Of the data sets with larger images; the others take the method's own."""

ON_LAST_BATCH = "The paper leaves out what does not fill a batch; here it joins the last one."
TOOK = {"cifar100-20": Took(39.1, "DivClust's supplement, table 2: one RTX 6000")}


def spec_of(key: str) -> Spec:
    """What of CC's recipe a data set decides."""
    views = {"augment": VIEWS[key]} if key in VIEWS else {}
    return {"n_clusters": IMAGES[key].k, **views}


def _preset(key: str) -> Preset:
    nmi, acc, ari = NMI_ACC_ARI[key]
    return Preset(
        name=f"cc/{key}",
        title=f"CC on {IMAGES[key].name}",
        paper=PAPER,
        dataset=IMAGES[key],
        spec=lean({"method": "cc", **spec_of(key)}),
        figure=Figure(acc, nmi, ari, table="table 2", over="one run"),
        notes=(ON_LAST_BATCH, *[ON_UNLABELED] * (key == "stl10")),
        took=TOOK.get(key),
    )


def _presets() -> Iterator[Preset]:
    full = [_preset(key) for key in NMI_ACC_ARI]
    yield from full
    yield from map(small, full)


PRESETS = tuple(_presets())
"""The experiments of table 2."""
