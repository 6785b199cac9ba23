"""The experiments of DivClust: `divclust/<base>-<data set>-<target in percent>`, and `-small`.

The figures are those of C, the consensus of the best heads. A target of 100 asks for no diversity.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from clustering.presets.cc import spec_of
from clustering.presets.divclust_figures import COLUMNS, TARGETS, reported
from clustering.presets.images import IMAGES, small
from clustering.presets.needs import Took
from clustering.presets.preset import DatasetFacts, Figure, Preset, lean

Spec = dict[str, Any]
PAPER = "Metaxas, Tzimiropoulos, Patras. DivClust: Controlling Diversity in Deep Clustering. CVPR 2023."

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
SIDE_OF_IMAGENET = 96
OF_SMALL: Spec = {"bound_every": 1, "bound_step": 0.02, "memory": 2_000}


def images_of(key: str) -> DatasetFacts:
    """CC's images, those of ImageNet at the side that table 1 of the supplement gives them."""
    data = IMAGES[key]
    side = min(SIDE_OF_IMAGENET, data.shape[0])
    return replace(data, shape=(side, side, 3), options={"resize": [side, side]})


def _over_cc(key: str, target: int) -> Preset:
    nmi, acc, ari = reported(f"c@{target}", key)
    return Preset(
        name=f"divclust/cc-{key}-{target}",
        title=f"DivClust over CC on {IMAGES[key].name}, target {target / 100:g}",
        paper=PAPER,
        dataset=images_of(key),
        spec=lean({"method": "divclust_cc", "target": target / 100, **spec_of(key)}),
        figure=Figure(acc, nmi, ari, "table 5 of the supplement", "clustering C of one run"),
        notes=(ON_CONSENSUS, *_beside(key, target)),
        took=_took("cc", key, target),
    )


def _beside(key: str, target: int) -> Iterator[str]:
    """What else the paper reports of the same network and features."""
    singles = f"A, the head of lowest loss: {_said(f'a@{target}', key)}; B: {_said(f'b@{target}', key)}"
    heads = f"of the 20 heads, mean {_said(f'mean@{target}', key)}; best {_said(f'max@{target}', key)}"
    yield f"{singles}; {heads}."
    baselines = "; ".join(f"{name} {_said(name, key)}" for name in ("k-means", "k-means/s", "k-means/f"))
    yield f"Baselines on the features of CC: {baselines}; CC itself {_said('cc', key)}."


def _said(row: str, key: str) -> str:
    told = reported(row, key)
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


def small_of(preset: Preset, **fields: Any) -> Preset:
    """The same for a CPU, in some minutes."""
    others = {"repeats": 2} if "repeats" in type(preset.params).model_fields else {}
    return small(preset, **{**OF_SMALL, **others, **fields})


def _presets() -> Iterator[Preset]:
    full = [_over_cc(key, target) for key in COLUMNS for target in TARGETS]
    full += [_over_pairs(base, target) for base in ("iic", "pica") for target in TARGETS]
    yield from full
    yield from map(small_of, full)


PRESETS = tuple(_presets())
"""Table 5 of the supplement over CC; over IIC and PICA, the setting on CIFAR-10 at the same targets."""
