"""The experiments of DivClust: `divclust/<base>-<data set>-<target in percent>`, and `-small`.

The figures are those of C, the consensus of the best heads. A target of 100 asks for no diversity.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from clustering.presets.cc import spec_of
from clustering.presets.images import IMAGES, small
from clustering.presets.needs import Took
from clustering.presets.preset import Figure, Preset, lean

Spec = dict[str, Any]
PAPER = "Metaxas, Tzimiropoulos, Patras. DivClust: Controlling Diversity in Deep Clustering. CVPR 2023."


class Reported(NamedTuple):
    """NMI, ACC and ARI in percent."""

    nmi: float | None
    acc: float | None
    ari: float | None


OF_C: Mapping[str, Mapping[int, Reported]] = {
    "cifar10": {100: Reported(67.8, 76.3, 60.4), 80: Reported(72.4, 81.9, 68.1)},
    "cifar100-20": {100: Reported(41.8, 42.4, 25.7), 70: Reported(44.0, 43.7, 28.3)},
    "imagenet-10": {
        100: Reported(86.0, 89.5, 82.5),
        95: Reported(89.1, 93.6, 87.8),
        90: Reported(None, 92.0, None),
        80: Reported(None, 91.8, None),
        70: Reported(None, 90.0, None),
    },
    "imagenet-dogs": {100: Reported(45.9, 45.1, 29.8), 70: Reported(51.6, 52.9, 37.6)},
}
OF_A: Mapping[tuple[str, int], Reported] = {
    ("cifar10", 80): Reported(76.2, 84.7, 72.7),
    ("cifar100-20", 80): Reported(44.1, 44.6, 28.6),
    ("imagenet-10", 90): Reported(91.7, 96.5, 92.4),
    ("imagenet-dogs", 80): Reported(48.6, 50.4, 34.7),
}
OF_KMEANS: Mapping[str, tuple[Reported, Reported, Reported]] = {
    "cifar10": (Reported(65.4, 69.8, 52.3), Reported(67.4, 69.0, 55.4), Reported(68.4, 76.2, 59.9)),
    "cifar100-20": (Reported(42.9, 40.5, 23.5), Reported(42.8, 40.2, 22.8), Reported(43.8, 40.9, 21.0)),
    "imagenet-10": (Reported(79.2, 84.1, 66.9), Reported(79.2, 84.2, 67.3), Reported(79.7, 84.7, 68.5)),
    "imagenet-dogs": (Reported(45.7, 44.4, 28.4), Reported(45.6, 44.4, 28.3), Reported(45.8, 44.4, 28.5)),
}
"""Of all samples, of random ones (/S) and of random features (/F), on the features of CC."""

HOURS: Mapping[tuple[str, str], float] = {
    ("cc", "cifar10"): 44,
    ("cc", "cifar100-20"): 44.5,
    ("cc", "imagenet-10"): 14,
    ("cc", "imagenet-dogs"): 22,
    ("iic", "cifar10"): 21,
    ("pica", "cifar10"): 6.5,
}
TOOK_TOGETHER = {("cc", "cifar100-20"): Took(40.5, "table 2 of the supplement: one RTX 6000")}
"""Where no diversity is asked for."""

ON_CONSENSUS = (
    "The paper's consensus function (Zhou, Du, Li 2020) is replaced by a structured bipartite graph that was "
    "reconstructed from its abstract."
)
ON_FIGURE = "The paper's figure was not at hand when this was written."
OF_SMALL: Spec = {"bound_every": 1, "bound_step": 0.02, "memory": 2_000}


def _over_cc(key: str, target: int) -> Preset:
    reported = OF_C[key][target]
    return Preset(
        name=f"divclust/cc-{key}-{target}",
        title=f"DivClust over CC on {IMAGES[key].name}, target {target / 100:g}",
        paper=PAPER,
        dataset=IMAGES[key],
        spec=lean({"method": "divclust_cc", "target": target / 100, **spec_of(key)}),
        figure=Figure(reported.acc, reported.nmi, reported.ari, "tables 1 and 2", "clustering C of one run"),
        notes=(ON_CONSENSUS, *_beside(key, target)),
        took=_took("cc", key, target),
    )


def _beside(key: str, target: int) -> Iterator[str]:
    """What else the paper reports of the same features."""
    if (key, target) in OF_A:
        yield f"A, the head of lowest loss: {_said(OF_A[key, target])}."
    names = ("k-means", "k-means/S", "k-means/F")
    baselines = (f"{name} {_said(told)}" for name, told in zip(names, OF_KMEANS[key], strict=True))
    yield f"Baselines on the features of CC: {'; '.join(baselines)}."


def _said(told: Reported) -> str:
    return f"ACC {told.acc}, NMI {told.nmi}, ARI {told.ari}"


def _over_pairs(base: str, target: int) -> Preset:
    data = IMAGES["cifar10"]
    spec = {"method": f"divclust_{base}", "n_clusters": data.k, "target": target / 100}
    return Preset(
        name=f"divclust/{base}-cifar10-{target}",
        title=f"DivClust over {base.upper()} on {data.name}, target {target / 100:g}",
        paper=PAPER,
        dataset=data,
        spec=lean(spec),
        figure=None,
        notes=(ON_CONSENSUS, ON_FIGURE),
        took=_took(base, "cifar10", target),
    )


def _took(base: str, key: str, target: int) -> Took | None:
    """What the supplement says of 20 clusterings that are kept apart, and of some that are not."""
    if target < 100:
        return Took(HOURS[base, key], "table 4 of the supplement: 20 clusterings, one RTX 6000")
    return TOOK_TOGETHER.get((base, key))


def _small(preset: Preset) -> Preset:
    others = {"repeats": 2} if "repeats" in type(preset.params).model_fields else {}
    return small(preset, **OF_SMALL, **others)


def _presets() -> Iterator[Preset]:
    full = [_over_cc(key, target) for key, targets in OF_C.items() for target in targets]
    full += [_over_pairs(base, target) for base in ("iic", "pica") for target in (100, 90, 80)]
    yield from full
    yield from map(_small, full)


PRESETS = tuple(_presets())
"""What the paper reports over CC; over IIC and PICA, its setting on CIFAR-10."""
