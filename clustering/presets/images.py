"""The images of papers whose clusters are heads over a network, and their small variants. Without torch."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clustering.presets.preset import WHOLE, DatasetFacts, Preset, lean, merge

TRAIN, ALL_IMAGES = "train split", "all images"
IMAGES = {
    "cifar10": DatasetFacts.resized("CIFAR-10", 60_000, (32, 32, 3), 10, trains_on=WHOLE),
    "cifar100-20": DatasetFacts.resized("CIFAR-100-20", 60_000, (32, 32, 3), 20, trains_on=WHOLE),
    "stl10": DatasetFacts.resized("STL-10", 13_000, (96, 96, 3), 10, trains_on=WHOLE),
    "imagenet-10": DatasetFacts.resized("ImageNet-10", 13_000, (224, 224, 3), 10, trains_on=TRAIN),
    "imagenet-dogs": DatasetFacts.resized("ImageNet-Dogs", 19_500, (224, 224, 3), 15, trains_on=TRAIN),
    "tiny-imagenet": DatasetFacts.resized("Tiny-ImageNet", 100_000, (64, 64, 3), 200, trains_on=TRAIN),
    "fashion": DatasetFacts.resized("Fashion-MNIST", 70_000, (28, 28, 1), 10, trains_on=WHOLE),
    "rsod": DatasetFacts.resized("RSOD", 976, (32, 32, 3), 4, trains_on=ALL_IMAGES),
    "uc-merced": DatasetFacts.resized("UC-Merced", 2_100, (32, 32, 3), 21, trains_on=ALL_IMAGES),
    "siri-whu": DatasetFacts.resized("SIRI-WHU", 2_400, (32, 32, 3), 12, trains_on=ALL_IMAGES),
    "mnist": DatasetFacts.resized("MNIST", 70_000, (28, 28, 1), 10, trains_on=WHOLE),
}
"""Each by its part of a preset's name."""

SAMPLES_OF_SMALL, SIDE_OF_SMALL = 2_000, 32
SMALL: Mapping[str, Any] = {
    "net": {"type": "resnet", "depth": 10, "width": 16, "stem": "small"},
    "input_size": None,
    "epochs": 20,
    "lr": 1e-3,
    "observe_every": 5,
}
ON_SMALL = (
    "A narrow net, few epochs and at most 2,000 random images, at most 32×32; for a try, not for figures."
)
EVEN_BATCH = 250
"""Of Tiny-ImageNet, whose 100,000 samples leave 160 behind batches of 256: fewer than its 200 clusters."""
ON_EVEN_BATCH = (
    "Batches of 250 in place of 256, which would leave a last one of fewer samples than there are clusters."
)
ON_UNLABELED = "The paper also trains on the unlabeled split; here all that is uploaded is trained alike."


def small(preset: Preset, **fields: Any) -> Preset:
    """The same for a CPU, in some minutes.

    Args:
        preset: an experiment at full scale.
        fields: what else its method needs to be small.
    """
    full = preset.dataset
    shape = (min(SIDE_OF_SMALL, full.shape[0]), min(SIDE_OF_SMALL, full.shape[1]), full.shape[2])
    n = min(full.n, SAMPLES_OF_SMALL)
    data = DatasetFacts.resized(f"{full.name} ({n:,})", n, shape, full.k, trains_on=f"{n:,} images")
    clusters = max(full.k, preset.spec.get("over_clusters") or 0)
    spec = merge(preset.spec, {**SMALL, "batch_size": 256 if clusters >= 100 else 128, **fields})
    return replace(
        preset,
        name=f"{preset.name}-small",
        title=f"{preset.title}, small",
        dataset=data,
        spec=lean(spec),
        figure=None,
        notes=(ON_SMALL,),
        took=None,
    )
