"""What is fitted: the papers' settings, narrow and short enough for one core, and none chosen by labels.

*Budget.* For all that learn from views, the network sees 192 views of each sample: 96 epochs of two views, or
as many as passes and views of IIC and PICA make of it. These two draw one perturbed view of each sample
instead of three, which leaves them more steps.

*Net.* ResNet-10 of width 16. Digits at 16×16 meet a 3×3 stem and a pooling, IIC's and PICA's stem for small
images, in batches of 128. Colors at 32×32 meet the stem and the batches of 64 of the suite `rendered`, which
found there, by the contrastive loss after the same seconds, that they do better than a narrower net which
keeps the sides longer. (With the latter, pooled and of width 8, CC had an NMI of 38.) Layers behind it are as
wide as its features, as in the papers.

*Views* are those of the other suites on the same data: BRB's affine ones of digits, those of the suite
`rendered` in color. A digit's mirror image is another sign, so flips and crops of CIFAR-10 would not do. PICA
and IIC compare with the whole sample, and see slopes of brightness in the place of colors, as their papers
do. Gray images they see as they are, as IIC does MNIST; IIC in its own views, windows of three sizes with
other tones beside the middle one. (With the affine ones, which leave the ink of a digit as it is, it had an
NMI of 8 on MNIST: clusters of brightness and stroke are as invariant.)

*Rates.* Adam at 1e-3: the papers' 1e-4 and 3e-4 are for 60,000 steps and more, these fits have 1,300 to
3,100. ProPos and DigPro keep their rule, 0.05 for 256 samples a step, and their warm-up of a twentieth of the
epochs. Their slow copy keeps 0.99 a step, 0.995 where steps are twice as many, so that half of it is new
after 69 or 138 steps: of all steps about the share that the paper's 0.996 has on its smallest set (173 of
4,000). The groups' weight is 1, as the paper has it for two of its three sets of 1,000 to 2,400 images. The
embedding is half as wide as the features, what leads to it four times; the paper has a half and eight times.

*DivClust.* 20 heads as in the paper. The bound moves by its 1 % at every step, not at every 20th, as there
are 80 to 160 times fewer steps. 2,000 remembered views keep the bias of their NMI, (k - 1)² / 2m nats of
log k, below 0.01.

*IIC, PICA.* Auxiliary heads of five times the clusters, as IIC has for MNIST.

*DeepCluE* clusters the layers of the net that CC has trained with the same seed; CC's row is that net itself.

*AE + k-means* and *the best* have other suites' settings: of digits those of `digits` (plain) and, of `brb`,
of the cell of highest mean ACC over both sets, DCN with reclustering from scratch; in color those of
`rendered`, whose best is SimCLR + DCN + BRB. They keep their own budgets, which differ.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from benchmarks.quality.brb.settings import RULE, Settings, as_changes
from benchmarks.quality.brb.settings import Cell as BrbCell
from benchmarks.quality.brb.settings import spec as brb_spec
from benchmarks.quality.digits import specs as digits
from benchmarks.quality.ensembles.data import CLUSTERS, DATA, SIDE
from benchmarks.quality.rendered import settings as rendered
from clustering.presets import PRESETS

Spec = dict[str, Any]
TARGETS = (1.0, 0.9, 0.8, 0.7)
VIEWS_EACH = 192
"""Views of each sample over a fit."""
EPOCHS = VIEWS_EACH // 2
WIDTH = 16
"""Channels of the first of four stages, each of which doubles them."""
FEATURES = 8 * WIDTH
"""What the net ends with."""
STEMS = {"digits": "pooled", "mnist": "pooled", "rendered": "large"}
BATCHES = {"digits": 128, "mnist": 128, "rendered": 64}
"""Samples a step."""
MOMENTA = {"digits": 0.99, "mnist": 0.99, "rendered": 0.995}
"""What the slow copy keeps at each step."""
SEEN: Mapping[str, Spec] = {
    "digits": {"type": "affine"},
    "mnist": {"type": "affine"},
    "rendered": rendered.VIEWS,
}


class Cell(NamedTuple):
    """One row of the table."""

    name: str
    """data set/method."""
    spec: Spec
    contrasts: bool = False
    """Whether it is, or starts from, the net that CC trains on its data set."""

    @property
    def dataset(self) -> str:
        return self.name.partition("/")[0]

    @property
    def method(self) -> str:
        """What it is called, for example divclust_cc-0.9."""
        return self.name.partition("/")[2]


def learning(dataset: str) -> Spec:
    """What all that learn from views share on a data set."""
    net = {"type": "resnet", "depth": 10, "width": WIDTH, "stem": STEMS[dataset]}
    size, views = BATCHES[dataset], SEEN[dataset]
    return {"n_clusters": CLUSTERS[dataset], "batch_size": size, "augment": views, "net": net}


def heads(dataset: str) -> Spec:
    """The same of all with softmax heads."""
    return learning(dataset) | {"input_size": None, "lr": 1e-3, "observe_every": 0}


def contrasting(dataset: str) -> Spec:
    """CC."""
    projector = [FEATURES, FEATURES // 4]
    own = {"method": "cc", "projector": projector, "hidden": [FEATURES], "epochs": EPOCHS}
    return heads(dataset) | own


def diverse(dataset: str, target: float) -> Spec:
    """DivClust over CC."""
    own = {"method": "divclust_cc", "target": target, "bound_every": 1, "memory": 2000, "baselines": False}
    return contrasting(dataset) | own


def layered(dataset: str) -> Spec:
    """DeepCluE, from CC."""
    kept = {"n_clusters", "net", "input_size", "projector", "hidden", "batch_size", "augment"}
    own = {name: value for name, value in contrasting(dataset).items() if name in kept}
    return own | {"method": "deepclue", "initial_model": "mdl_0"}


def pairing(method: str, dataset: str) -> Spec:
    """IIC or PICA."""
    passes = {"over_passes": 1, "passes": 2 if method == "iic" else 1}
    gray = method == "iic" and dataset != "rendered"
    return heads(dataset) | {
        "method": method,
        "anchor": None,
        **(windows() if gray else {}),
        "repeats": 1,
        "sobel": "edges" if dataset == "rendered" else "off",
        "over_clusters": 5 * CLUSTERS[dataset],
        "epochs": VIEWS_EACH // (2 * sum(passes.values())),
        **passes,
    }


def windows() -> Spec:
    """IIC's views of gray digits, in pixels of 16×16 images."""
    preset = PRESETS["iic/mnist"].spec
    part = SIDE / preset["input_size"]
    return {
        name: {**preset[name], "sides": [side * part for side in preset[name]["sides"]]}
        for name in ("anchor", "augment")
    }


def prototypical(method: str, dataset: str) -> Spec:
    """ProPos or DigPro."""
    given, warmup = learning(dataset), EPOCHS // 20
    return given | {
        "method": method,
        "scale": "standard",
        "net": given["net"] | {"hidden": [4 * FEATURES]},
        "embedding_dim": FEATURES // 2,
        "predictor": [4 * FEATURES],
        "epochs": EPOCHS,
        "warmup_epochs": warmup,
        "lr": 0.05 * given["batch_size"] / 256,
        "schedule": {"warmup_epochs": warmup, "warmup_from": 0.0, "decay": "cosine"},
        "momentum": MOMENTA[dataset],
    }


def plain(dataset: str) -> Spec:
    """AE + k-means."""
    if dataset == "rendered":
        return rendered.SPECS["AE + k-means"]
    given = digits.spec("ae_kmeans", augmented=False, n_clusters=CLUSTERS[dataset])
    return {name: given[name] for name in given if name != "initial_model"} | {
        "pretrain_epochs": digits.EPOCHS
    }


def best(dataset: str) -> Cell:
    """The best of other suites."""
    if dataset == "rendered":
        return Cell("rendered/simclr-dcn-brb", rendered.OURS)
    settings = Settings(changes=as_changes([RULE]))
    return Cell(
        f"{dataset}/dcn-recluster", brb_spec(BrbCell("dcn", "recluster", "scratch"), dataset, settings)
    )


def of(dataset: str) -> list[Cell]:
    """The rows of a data set."""
    alone: dict[str, Callable[[], Spec]] = {
        "pica": lambda: pairing("pica", dataset),
        "iic": lambda: pairing("iic", dataset),
        "propos": lambda: prototypical("propos", dataset),
        "digpro": lambda: prototypical("digpro", dataset),
        "ae-kmeans": lambda: plain(dataset),
    }
    return [
        Cell(f"{dataset}/cc", contrasting(dataset), contrasts=True),
        Cell(f"{dataset}/deepclue", layered(dataset), contrasts=True),
        *(Cell(f"{dataset}/divclust_cc-{target:g}", diverse(dataset, target)) for target in TARGETS),
        *(Cell(f"{dataset}/{name}", spec()) for name, spec in alone.items()),
        best(dataset),
    ]


CELLS = [cell for dataset in DATA for cell in of(dataset)]
