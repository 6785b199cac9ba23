"""The experiments of Contrastive Clustering: `cc/<data set>`; `-small` is a few minutes' work for a CPU."""

from collections.abc import Iterator, Mapping
from typing import Any

from clustering.presets.images import EVEN_BATCH, IMAGES, ON_EVEN_BATCH, ON_UNLABELED, small
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
OF_OTHERS: Mapping[str, tuple[float, float, float]] = {
    "fashion": (64.1, 65.6, 54.5),
    "rsod": (45.7, 53.8, 37.1),
    "uc-merced": (60.9, 48.0, 35.6),
    "siri-whu": (60.3, 60.4, 45.0),
}
"""On data that CC's own paper does not have."""
TABLES: Mapping[str, str] = {
    **dict.fromkeys(NMI_ACC_ARI, "table 2"),
    **dict.fromkeys(OF_OTHERS, "table 1 of DigPro"),
    "fashion": "tables 2, 3 and 4 of DeepCluE",
}
COLORED: Spec = {"type": "simclr", "saturation": 0.4, "solarize": 0.0}
STRONG: Spec = {**COLORED, "brightness": 0.8, "contrast": 0.8, "saturation": 0.8, "hue": 0.2}
GRAY: Spec = {"type": "crop", "padding": 28, "flip": 0.5}
VIEWS: Mapping[str, Spec] = {
    "fashion": GRAY,
    "stl10": STRONG,
    "imagenet-10": {**STRONG, "blur": 0.5},
    "imagenet-dogs": {**STRONG, "blur": 0.5},
}
"""Of the data sets with larger images and of the gray one; the others take the method's own."""

ON_GRAY = "The paper jitters the colors of gray images too; here they are shifted and flipped."
ON_LAST_BATCH = (
    "The paper leaves out what does not fill a batch; here less than half of one joins the last batch, and "
    "more is a batch of its own."
)
TOOK = {"cifar100-20": Took(39.1, "DivClust's supplement, table 2: one RTX 6000")}


def spec_of(key: str) -> Spec:
    """What of CC's recipe a data set decides."""
    views = {"augment": VIEWS[key]} if key in VIEWS else {}
    batch = {"batch_size": EVEN_BATCH} if key == "tiny-imagenet" else {}
    return {"n_clusters": IMAGES[key].k, **views, **batch}


def notes_of(key: str) -> tuple[str, ...]:
    """Where CC's recipe on a data set departs from the paper."""
    gray, even = VIEWS.get(key) == GRAY, key == "tiny-imagenet"
    return (*[ON_GRAY] * gray, *[ON_EVEN_BATCH] * even)


def small_views_of(key: str) -> Spec:
    """What a small variant on a data set has to change of the views."""
    return {"augment": {**GRAY, "padding": 4}} if VIEWS.get(key) == GRAY else {}


def _preset(key: str) -> Preset:
    nmi, acc, ari = {**NMI_ACC_ARI, **OF_OTHERS}[key]
    return Preset(
        name=f"cc/{key}",
        title=f"CC on {IMAGES[key].name}",
        paper=PAPER,
        dataset=IMAGES[key],
        spec=lean({"method": "cc", **spec_of(key)}),
        figure=Figure(acc, nmi, ari, table=TABLES[key], over="one run"),
        notes=(ON_LAST_BATCH, *notes_of(key), *[ON_UNLABELED] * (key == "stl10")),
        took=TOOK.get(key),
    )


def _presets() -> Iterator[Preset]:
    full = {key: _preset(key) for key in TABLES}
    yield from full.values()
    yield from (small(preset, **small_views_of(key)) for key, preset in full.items())


PRESETS = tuple(_presets())
"""The experiments of table 2, and those that later papers add."""
