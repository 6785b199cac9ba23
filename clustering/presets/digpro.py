"""The experiments of DigPro: `digpro/<method>-<data set>`, and the image sets of ProPos's own code.

A name may end in how it differs: `-no-prototypes` and `-no-groups` leave out that part of the loss (table 3);
`-resnet50`, `-bank-512` and `-groups-5` take another network, memory bank or number of groups (figure 3);
`-small` is a few minutes' work for a CPU, and has no figure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

from clustering.presets.preset import DatasetFacts, Figure, Preset, lean, merge

Spec = dict[str, Any]
PAPER = (
    "Zhang, Huang. Towards Efficient and Effective Deep Clustering with Dynamic Grouping and Prototype "
    "Aggregation. 2024 (arXiv 2401.13581)."
)
PROPOS_PAPER = (
    "Huang, Chen, Zhang, Shan. Learning Representation for Clustering via Prototype Scattering and Positive "
    "Sampling. IEEE TPAMI 2023."
)
TITLES = {"propos": "ProPos", "digpro": "DigPro"}
FULL_RATE = 0.05
"""Learning rate for 256 samples a step."""


class Setting(NamedTuple):
    """How the paper treats one data set."""

    data: DatasetFacts
    batch: int
    warmup: int
    group_weight: float
    regroup_every: int | None = None


def _colored(name: str, n: int, k: int, *, side: int = 32, part: str = "all images") -> DatasetFacts:
    return DatasetFacts(name, n, (side, side, 3), k, part, "the same", {"resize": [side, side]})


SETTINGS = {
    "rsod": Setting(_colored("RSOD", 976, 4), 256, 50, 1.0),
    "uc-merced": Setting(_colored("UC-Merced", 2_100, 21), 256, 200, 0.5),
    "siri-whu": Setting(_colored("SIRI-WHU", 2_400, 12), 256, 200, 1.0),
    "imagenet-10": Setting(_colored("ImageNet-10", 13_000, 10, side=96, part="train split"), 128, 50, 0.3),
    "imagenet-dogs": Setting(
        _colored("ImageNet-Dogs", 19_500, 15, side=96, part="train split"), 128, 50, 0.5
    ),
    "tiny-imagenet": Setting(_colored("Tiny-ImageNet", 100_000, 200, part="train split"), 1024, 50, 0.1, 20),
}
NMI_ACC_ARI = {
    "propos": {
        "rsod": (35.1, 63.2, 27.2),
        "uc-merced": (61.4, 57.6, 41.6),
        "siri-whu": (49.9, 46.2, 30.9),
        "imagenet-10": (84.8, 90.0, 81.9),
        "imagenet-dogs": (45.9, 47.4, 33.8),
        "tiny-imagenet": (42.3, 26.3, 15.5),
    },
    "digpro": {
        "rsod": (50.7, 59.0, 44.1),
        "uc-merced": (63.3, 59.5, 45.3),
        "siri-whu": (64.9, 63.5, 49.9),
        "imagenet-10": (87.2, 92.2, 84.9),
        "imagenet-dogs": (53.1, 53.3, 41.2),
        "tiny-imagenet": (47.1, 31.4, 20.1),
    },
}
PARTS_OF_TABLE_3: Mapping[str, tuple[Spec, Mapping[str, tuple[float, float, float]]]] = {
    "no-groups": (
        {"group_weight": 0.0},
        {"imagenet-10": (84.8, 90.0, 81.9), "tiny-imagenet": (45.7, 29.4, 18.0)},
    ),
    "no-prototypes": (
        {"prototype_weight": 0.0},
        {"imagenet-10": (85.0, 90.5, 81.7), "tiny-imagenet": (46.8, 31.2, 19.7)},
    ),
}
BACKBONES, BANKS, GROUPS = (34, 50), (512, 1280, 5120, 10240), (5, 20, 40)
"""What figure 3 varies, beside what all other experiments have."""
MOST_OF_SMALL, SIDE_OF_SMALL = 2_400, 32
SMALL: Spec = {
    "net": {"type": "resnet", "width": 8, "hidden": [256]},
    "embedding_dim": 64,
    "predictor": [256],
    "epochs": 20,
    "warmup_epochs": 5,
    "schedule": {"warmup_epochs": 2, "warmup_from": 0.0, "decay": "cosine"},
    "momentum": 0.98,
}

ON_MACHINE = "The paper trains on one RTX 3090 and does not say how long; its code uses 16-bit floats."
ON_WARM_UP = "The warm-up of 200 epochs is that of the paper's code."
ON_LAMBDA = "The weight of the groups is the paper's; its code has 0.3 for all data."
ON_MOMENTUM = (
    "The paper's code moves the target a second time before most steps; `double_momentum: 0.99` repeats that."
)
ON_PROPOS = "The figures are those of DigPro's authors, from ProPos's code."
ON_TABLES = "Tables 1 and 3 give an ARI of 0.201 and of 0.200."
ON_PART = "Table 3's figure without groups differs from table 1's of ProPos, which has the same loss."
ON_GPUS = "The paper's code spreads each batch over four GPUs."
ON_FIGURE_3 = "The paper shows what it measured in figure 3{} only, without numbers."
ON_BACKBONE = "The stem is the usual one of this depth, as in the code that the authors start from."
ON_BANK = "Which sizes it tried beside 2,560 could not be read; those of the presets are this project's."
ON_GROUPS = "It names 5 groups, as many as clusters, and more, of which 20 and 40 are this project's choice."
ON_SMALL = "A narrow net, few epochs and at most 2,400 random images, at 32×32; for a try, not for figures."


def _spec(method: str, setting: Setting) -> Spec:
    spec: Spec = {
        "method": method,
        "n_clusters": setting.data.k,
        "scale": "standard",
        "precision": "auto",
        "small_start": True,
        "batch_size": setting.batch,
        "lr": FULL_RATE * setting.batch / 256,
        "warmup_epochs": setting.warmup,
        "schedule": {"warmup_epochs": setting.warmup, "warmup_from": 0.0, "decay": "cosine"},
    }
    if method == "digpro":
        spec |= {"group_weight": setting.group_weight, "regroup_every": setting.regroup_every}
    return spec


def _notes(method: str, setting: Setting) -> Iterator[str]:
    yield ON_MACHINE
    if setting.warmup == 200:
        yield ON_WARM_UP
    if method == "propos":
        yield ON_PROPOS
    else:
        yield ON_MOMENTUM
        yield ON_LAMBDA


def _figure(numbers: tuple[float, float, float], table: str) -> Figure:
    nmi, acc, ari = numbers
    return Figure(acc, nmi, ari, table=table, over="one run, as far as it says")


def _whole() -> Iterator[Preset]:
    """Table 1."""
    for method, key in product(TITLES, SETTINGS):
        setting = SETTINGS[key]
        notes = tuple(_notes(method, setting)) + (
            (ON_TABLES,) if (method, key) == ("digpro", "tiny-imagenet") else ()
        )
        yield Preset(
            name=f"digpro/{method}-{key}",
            title=f"{TITLES[method]} on {setting.data.name}",
            paper=PAPER,
            dataset=setting.data,
            spec=lean(_spec(method, setting)),
            figure=_figure(NMI_ACC_ARI[method][key], "table 1"),
            notes=notes,
        )


class Varied(NamedTuple):
    """What table 3 leaves out, or one value of what figure 3 varies."""

    suffix: str
    words: str
    change: Spec
    notes: tuple[str, ...]


def _changed(key: str, what: Varied, figure: Figure | None = None) -> Preset:
    """DigPro on a data set with one change."""
    setting = SETTINGS[key]
    return Preset(
        name=f"digpro/digpro-{key}-{what.suffix}",
        title=f"DigPro on {setting.data.name}, {what.words}",
        paper=PAPER,
        dataset=setting.data,
        spec=lean(_spec("digpro", setting) | what.change),
        figure=figure,
        notes=(*_notes("digpro", setting), *what.notes),
    )


def _parts() -> Iterator[Preset]:
    """Table 3."""
    for left_out, (change, figures) in PARTS_OF_TABLE_3.items():
        for key, numbers in figures.items():
            conflict = (left_out, key) == ("no-groups", "tiny-imagenet")
            what = Varied(left_out, left_out.replace("-", " "), change, (ON_PART,) * conflict)
            yield _changed(key, what, _figure(numbers, "table 3"))


def _of_figure_3() -> Iterator[Varied]:
    for depth in BACKBONES:
        net = {"type": "resnet", "depth": depth, "stem": "large"}
        notes = (ON_FIGURE_3.format("a"), ON_BACKBONE)
        yield Varied(f"resnet{depth}", f"a ResNet-{depth}", {"net": net}, notes)
    for size in BANKS:
        notes = (ON_FIGURE_3.format("b"), ON_BANK)
        yield Varied(f"bank-{size}", f"a memory bank of {size:,}", {"bank_size": size}, notes)
    for count in GROUPS:
        notes = (ON_FIGURE_3.format("c"), ON_GROUPS)
        yield Varied(f"groups-{count}", f"{count} groups", {"n_groups": count}, notes)


def _varied() -> Iterator[Preset]:
    """Figure 3, on ImageNet-10."""
    for what in _of_figure_3():
        yield _changed("imagenet-10", what)


def _of_propos() -> Iterator[Preset]:
    """What ProPos's released code says of CIFAR."""
    both = "train and test split together"
    cifar = {
        "cifar10": (DatasetFacts("CIFAR-10", 60_000, (32, 32, 3), 10, both, "the same"), 512, {}),
        "cifar100-20": (
            DatasetFacts("CIFAR-100-20", 60_000, (32, 32, 3), 20, both, "the same"),
            256,
            {"momentum_schedule": "cosine"},
        ),
    }
    for key, (data, batch, change) in cifar.items():
        yield Preset(
            name=f"propos/propos-{key}",
            title=f"ProPos on {data.name}",
            paper=PROPOS_PAPER,
            dataset=data,
            spec=lean(_spec("propos", Setting(data, batch, 50, 1.0)) | change),
            figure=None,
            notes=(ON_GPUS,),
        )


def _small(preset: Preset) -> Preset:
    """A few minutes' work for a CPU, on a part of the same data."""
    full, k = preset.dataset, preset.dataset.k
    n, batch = min(full.n, MOST_OF_SMALL), 64 if k < 32 else 256
    part = full.trains_on if n == full.n else f"{n:,} random images"
    shape = (SIDE_OF_SMALL, SIDE_OF_SMALL, 3)
    return replace(
        preset,
        name=f"{preset.name}-small",
        title=f"{preset.title}, small",
        dataset=DatasetFacts.resized(f"{full.name} ({n:,})", n, shape, k, trains_on=part),
        spec=lean(merge(preset.spec, SMALL | {"batch_size": batch, "lr": FULL_RATE * batch / 256})),
        figure=None,
        notes=(ON_SMALL,),
        took=None,
    )


FULL = (*_whole(), *_parts(), *_varied(), *_of_propos())
PRESETS = (*FULL, *map(_small, FULL))
"""Of DigPro tables 1 and 3, and figure 3; ProPos on CIFAR; and a small variant of each."""
