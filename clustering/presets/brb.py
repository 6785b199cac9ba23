"""The experiments of Breaking the Reclustering Barrier, made from a few tables.

A name is `brb/<method>-<data set>`, followed by how it differs from the full setting, in this order:
`-scratch` (no pretraining) or `-no-self-label`; then `-plain` (no BRB), `-recluster` or `-reset` (that half
of BRB alone). So `brb/dec-mnist` is DEC with BRB on a pretrained autoencoder, `brb/dec-mnist-scratch-plain`
is DEC from random weights, `brb/dcn-cifar10` is DCN with BRB and self-labeling after SimCLR.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

from clustering.presets.brb_figures import color_figure, gray_figure
from clustering.presets.preset import WHOLE, DatasetFacts, Preset

Spec = dict[str, Any]

PAPER = (
    "Miklautz, Klein, Sidak, Leiber, Lang, Shkabrii, Tschiatschek, Plant. Breaking the Reclustering Barrier "
    "in Centroid-based Deep Clustering. ICLR 2025."
)
TITLES = {"dec": "DEC", "idec": "IDEC", "dcn": "DCN"}


def _gray(name: str, n: int) -> DatasetFacts:
    return DatasetFacts.resized(name, n, (28, 28, 1), 10, trains_on=WHOLE)


def _cifar(name: str, k: int) -> DatasetFacts:
    return DatasetFacts(name, 50_000, (32, 32, 3), k, "train split", "test split of 10,000")


GTSRB = DatasetFacts.resized(
    "GTSRB (5 signs)", 7_860, (32, 32, 3), 5, trains_on="classes 2, 12, 17, 18 and 35"
)
RECONSTRUCTED = {
    "mnist": _gray("MNIST", 70_000),
    "fashionmnist": _gray("Fashion-MNIST", 70_000),
    "kmnist": _gray("KMNIST", 70_000),
    "usps": _gray("USPS", 9_298),
    "optdigits": _gray("OPTDIGITS", 5_620),
    "gtsrb": GTSRB,
}
CONTRASTED = {"cifar10": _cifar("CIFAR-10", 10), "cifar100-20": _cifar("CIFAR-100-20", 20)}

AFFINE: Spec = {"type": "affine", "degrees": 16.0, "translate": 0.1, "shear": 8.0}
COLORED: Spec = {"type": "simclr"}
ON_RECONSTRUCTION: dict[str, Spec] = {"dec": {}, "idec": {}, "dcn": {"center_update": "brb_code"}}
ON_CONTRAST: dict[str, Spec] = {
    "dec": {},
    "idec": {"lr": 3e-3, "cluster_weight": 1.0, "auxiliary_weight": 2.0},
    "dcn": {"lr": 1e-2, "cluster_weight": 1e-4, "auxiliary_weight": 2.0, "center_update": "brb_code"},
}
"""The published weight of the contrast is 1 of a loss that adds its two directions; ours is their mean."""
HALVES: dict[str, Spec] = {
    "": {"brb": {"interval": 20, "alpha": 0.8}},
    "plain": {},
    "recluster": {"brb": {"interval": 20, "alpha": 1.0, "reset_moments": False}},
    "reset": {"brb": {"interval": 20, "alpha": 0.8, "recluster": "none", "reset_moments": False}},
}
HALVES_OF_RESNET: dict[str, Spec] = {
    "": {"brb": {"interval": 10, "alpha": 0.7, "block_step": 0.2}},
    "plain": {},
}
SAID = {"": "with BRB", "plain": "without BRB", "recluster": "reclustering only", "reset": "resets only"}
ROWS = {"": "+brb", "plain": "", "recluster": "+recluster", "reset": "+reset"}
WARM_UP: Spec = {"warmup_epochs": 20}
CONTRAST: Spec = {
    "net": {"type": "resnet"},
    "embedding_dim": 128,
    "scale": "standard",
    "augment": COLORED,
    "batch_size": 512,
}
CONTRASTIVE_PRETRAINING: Spec = {
    "pretrain_epochs": 1000,
    "pretrain_lr": 3e-3,
    "pretrain_optimizer": {"type": "adamw", "weight_decay": 1e-4},
    "pretrain_schedule": WARM_UP,
}
SELF_LABELED: Spec = {"batch_size": 1000}
"""SCAN's, of whose parameters the paper changes learning rate and weight decay only."""

ON_SAMPLES = "The paper's code reclusters the first 10,000 samples; here they are drawn at random."
ON_SIZE = "Upload the images with `resize`: the paper brings all gray images to 28×28."
ON_CONTRAST_OF_SIGNS = "Equalize the images' histograms before the upload, as the paper does."
ON_SPLITS = (
    "The paper trains on the train split and scores the test split; a job scores the data it was fitted to."
)
ON_WARM_UP = "The length of the learning rate's warm-up is that of the paper's code."
ON_SELF_LABELING = (
    "The paper's own rates and warm-up of the self-labeling could not be read; the defaults stand for them. "
    "Its batches of 1,000 samples are SCAN's."
)
ON_FIGURE = "The paper's figure (table 17) could not be read."
ON_REUSE = "Its trained model is what the other presets of this data set can start from, by `initial_model`."


def _reconstructed() -> Iterator[Preset]:
    """Tables 13 to 15: six data sets × three methods × pretrained or not × BRB, its halves or neither."""
    for (key, data), method, scratch, half in product(
        RECONSTRUCTED.items(), ON_RECONSTRUCTION, (False, True), HALVES
    ):
        start = {"pretrain_epochs": 0} if scratch else {}
        spec = {**_mlp(data), "method": method, **ON_RECONSTRUCTION[method], **start, **HALVES[half]}
        yield Preset(
            name=_named(method, key, "scratch" * scratch, half),
            title=_titled(f"{TITLES[method]} on {data.name}", "from scratch" * scratch, SAID[half]),
            paper=PAPER,
            dataset=data,
            spec=spec,
            figure=gray_figure(method + ROWS[half] + "+pretrain" * (not scratch), key),
            notes=(ON_CONTRAST_OF_SIGNS if data is GTSRB else ON_SIZE, *[ON_SAMPLES] * bool(HALVES[half])),
        )


def _contrasted() -> Iterator[Preset]:
    """Tables 1 and 17: two data sets × three methods × self-labeling or not × BRB or not."""
    for (key, data), method, self_labeled, half in product(
        CONTRASTED.items(), ON_CONTRAST, (True, False), HALVES_OF_RESNET
    ):
        last: Spec = {"self_label": SELF_LABELED} if self_labeled else {}
        spec = {**_clustered_contrast(data), "method": method, **ON_CONTRAST[method], **last}
        left_out = "" if self_labeled else "no-self-label"
        yield Preset(
            name=_named(method, key, left_out, half),
            title=_titled(
                f"SimCLR and {TITLES[method]} on {data.name}", left_out and "no self-labeling", SAID[half]
            ),
            paper=PAPER,
            dataset=data,
            spec={**spec, **HALVES_OF_RESNET[half]},
            figure=color_figure(method + ROWS[half], key) if self_labeled else None,
            notes=(ON_SPLITS, ON_WARM_UP, ON_SELF_LABELING if self_labeled else ON_FIGURE),
        )


def _baselines() -> Iterator[Preset]:
    """Table 1: k-means after SimCLR."""
    for key, data in CONTRASTED.items():
        yield Preset(
            name=_named("simclr-kmeans", key),
            title=f"SimCLR and k-means on {data.name}",
            paper=PAPER,
            dataset=data,
            spec={"method": "ae_kmeans", "n_clusters": data.k, **CONTRAST, **CONTRASTIVE_PRETRAINING},
            figure=color_figure("simclr+kmeans", key),
            notes=(ON_SPLITS, ON_WARM_UP),
        )


def _pretrainings() -> Iterator[Preset]:
    """Section E.7: SimCLR alone, a model for the others to start from."""
    for key, data in CONTRASTED.items():
        yield Preset(
            name=_named("simclr", key),
            title=f"SimCLR on {data.name}",
            paper=PAPER,
            dataset=data,
            spec={"method": "simclr", "scale": "standard"},
            figure=None,
            notes=(ON_REUSE, ON_WARM_UP),
        )


def _mlp(data: DatasetFacts) -> Spec:
    return {
        "n_clusters": data.k,
        "net": {"type": "mlp", "hidden": [1024, 512, 256]},
        "embedding_dim": data.k,
        "scale": "standard",
        "augment": COLORED if data is GTSRB else AFFINE,
    }


def _clustered_contrast(data: DatasetFacts) -> Spec:
    joint = {"epochs": 1000, "schedule": WARM_UP}
    return {"n_clusters": data.k, **CONTRAST, **CONTRASTIVE_PRETRAINING, **joint}


def _named(*parts: str) -> str:
    return "brb/" + "-".join(part for part in parts if part)


def _titled(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


PRESETS = (*_contrasted(), *_baselines(), *_pretrainings(), *_reconstructed())
"""All experiments of the paper's tables 1, 13 to 15 and 17, and the pretraining that some start from."""
