"""The experiments of DeepCluE: `deepclue/<data set>`.

A name may end in `-unweighted`, where all clusters weigh alike, in `-projection`, where k-means of the
projector's last layer takes the place of the ensemble, or in `-ensemble-12`, with as many base clusterings;
and then in `-small`, some minutes of a CPU.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from clustering.presets.cc import notes_of, small_views_of, spec_of
from clustering.presets.images import IMAGES, small
from clustering.presets.preset import Figure, Preset, lean

PAPER = (
    "Huang, Chen, Chen, Wang, Lai. DeepCluE: Enhanced Image Clustering via Multi-layer Ensembles in Deep "
    "Neural Networks. IEEE Transactions on Emerging Topics in Computational Intelligence, 2024."
)
NMI_ARI_ACC: Mapping[str, tuple[float, float, float]] = {
    "fashion": (69.4, 56.9, 68.9),
    "cifar10": (72.7, 64.6, 76.4),
    "cifar100-20": (47.2, 28.8, 45.7),
    "imagenet-10": (88.2, 85.6, 92.4),
    "imagenet-dogs": (44.8, 27.3, 41.6),
    "tiny-imagenet": (37.9, 10.2, 19.4),
}

PROJECTION: Mapping[str, tuple[float, float, float]] = {
    "fashion": (56.5, 40.6, 52.6),
    "cifar10": (63.1, 49.0, 63.8),
    "cifar100-20": (40.9, 19.0, 38.2),
    "imagenet-10": (46.9, 17.7, 45.0),
    "imagenet-dogs": (35.4, 13.5, 34.4),
    "tiny-imagenet": (37.8, 9.2, 18.9),
}
"""NMI, ARI and ACC of k-means on the last layer of the projector."""

HEAD: Mapping[str, tuple[float, float, float]] = {
    "fashion": (64.1, 54.5, 65.6),
    "cifar10": (70.5, 63.7, 79.0),
    "cifar100-20": (43.0, 26.6, 42.9),
    "imagenet-10": (86.2, 82.5, 89.5),
    "imagenet-dogs": (40.1, 22.5, 34.2),
    "tiny-imagenet": (31.4, 7.3, 13.6),
}
"""The same of CC's head, as these authors measured it with CC's code."""
LAYERS, ENSEMBLES = 6, (6, 12, 60)
"""Layers, and base clusterings of all of them beside the 30 of all other experiments."""

ON_LAYERS = (
    "The paper does not name the three layers of the backbone that it takes; here they are the two deepest "
    "stages and the features."
)
ON_WEIGHTS = "The paper shows what it measured in figures 3, 4 and 5 only, without numbers."
ON_PROJECTION = (
    "The paper's other single layer is the last one of the clusters' projector, CC's head, with ACC {acc}, "
    "NMI {nmi} and ARI {ari} in the same tables: preset `cc/{key}` repeats it."
)
ON_ENSEMBLE = (
    "The paper shows what it measured in figures 6, 7 and 8 only, without numbers; which sizes it tried "
    "could not be read, and those of the presets are this project's."
)
ON_LAYERS_ALONE = "Sizes differ in nothing that is trained: `initial_model` may name a trained model of CC."


def _preset(key: str) -> Preset:
    nmi, ari, acc = NMI_ARI_ACC[key]
    return Preset(
        name=f"deepclue/{key}",
        title=f"DeepCluE on {IMAGES[key].name}",
        paper=PAPER,
        dataset=IMAGES[key],
        spec=lean({"method": "deepclue", **spec_of(key)}),
        figure=Figure(acc, nmi, ari, table="tables 2, 3 and 4", over="one run"),
        notes=(ON_LAYERS, *notes_of(key)),
    )


def _unweighted(preset: Preset) -> Preset:
    return replace(
        preset,
        name=f"{preset.name}-unweighted",
        title=f"{preset.title}, clusters weighing alike",
        spec={**preset.spec, "weighted": False},
        figure=None,
        notes=(*preset.notes, ON_WEIGHTS),
    )


def _projection(preset: Preset, key: str) -> Preset:
    (nmi, ari, acc), k, head = PROJECTION[key], IMAGES[key].k, HEAD[key]
    other = ON_PROJECTION.format(key=key, **dict(zip(("nmi", "ari", "acc"), head, strict=True)))
    single = {"layers": ("projector2",), "base_clusterings": 1, "base_method": "kmeans"}
    return replace(
        preset,
        name=f"{preset.name}-projection",
        title=f"k-means on the projection of DeepCluE's network, on {IMAGES[key].name}",
        spec=lean({**preset.spec, **single, "fewest_clusters": k, "most_clusters": k}),
        figure=Figure(acc, nmi, ari, table="tables 5, 6 and 7", over="one run"),
        notes=(other, *notes_of(key)),
    )


def _ensemble(preset: Preset, size: int) -> Preset:
    return replace(
        preset,
        name=f"{preset.name}-ensemble-{size}",
        title=f"{preset.title}, {size} base clusterings",
        spec={**preset.spec, "base_clusterings": size // LAYERS},
        figure=None,
        notes=(*preset.notes, ON_ENSEMBLE, ON_LAYERS_ALONE),
    )


def _presets() -> Iterator[Preset]:
    for key in NMI_ARI_ACC:
        full = _preset(key)
        sizes = (_ensemble(full, size) for size in ENSEMBLES)
        for preset in (full, _unweighted(full), _projection(full, key), *sizes):
            yield preset
            yield small(preset, **small_views_of(key))


PRESETS = tuple(_presets())
"""The experiments of tables 2 to 7, and of figures 3 to 8."""
