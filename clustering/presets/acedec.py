"""The experiments of Details (Don't) Matter: ACe/DeC, DCN at three weights, and k-means.

A name is `acedec/<method>-<data set>`, followed by `-augmented` where views are seen and by `-hardened` where
every dimension ends in one space, with the threshold where that is not 0.6. The table's rows AE + k-means and
AE + SubKmeans are `ae-kmeans` and `ae-subkmeans`; `dec` and `idec` are the paper's own runs of these.
`acedec_figures` has what figures 1a and 4 vary.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

from clustering.presets.preset import ALL, WHOLE, DatasetFacts, Figure, Preset, epochs_of, lean

Spec = dict[str, Any]
PAPER = (
    "Miklautz, Bauer, Mautz, Tschiatschek, Böhm, Plant. Details (Don't) Matter: Isolating Cluster "
    "Information in Deep Embedded Spaces. IJCAI 2021."
)
DATA = {
    "synth25": DatasetFacts("SYNTH-25", 12_000, (27,), 4, ALL, "the same"),
    "fashionmnist": DatasetFacts.resized("Fashion-MNIST", 70_000, (28, 28, 1), 10, trains_on=WHOLE),
    "mnist": DatasetFacts.resized("MNIST", 70_000, (28, 28, 1), 10, trains_on=WHOLE),
    "mnist-test": DatasetFacts(
        "MNIST-Test", 60_000, (28, 28, 1), 10, "train split", "test split", {"resize": [28, 28]}
    ),
    "objects": DatasetFacts.resized("OBJECTS", 10_000, (64, 64, 1), 3, trains_on=ALL),
    "usps": DatasetFacts.resized("USPS", 9_298, (16, 16, 1), 10, trains_on=WHOLE),
    "gtsrb": DatasetFacts.resized("GTSRB (10 signs)", 15_540, (32, 32, 3), 10, trains_on=ALL),
}
NMI_OF_TABLE_1 = {
    "acedec": (100, 62, 89, 87, 100, 71, 52),
    "dcn-0.1": (17, 62, 87, 86, 100, 71, 19),
    "dcn-1": (22, 55, 86, 83, 99, 65, 16),
    "dcn-10": (29, 55, 70, 66, 100, 56, 24),
    "kmeans": (90, 51, 50, 50, 100, 61, 22),
    "subkmeans": (84, 52, 48, 48, None, 61, None),
    "ae-kmeans": (11, 59, 80, 79, 98, 65, 46),
    "ae-subkmeans": (11, 59, 80, 79, 98, 65, 47),
    "acedec-augmented": (None, 64, 94, 94, 100, 86, 66),
    "dcn-0.1-augmented": (None, 60, 94, 95, 100, 83, 64),
    "dcn-1-augmented": (None, 57, 94, 95, 100, 84, 65),
    "dcn-10-augmented": (None, 57, 92, 94, 100, 78, 65),
}
NMI_HARDENED = {
    0.6: {"mnist": 88, "fashionmnist": 62, "usps": 68, "gtsrb": 50, "objects": 100},
    0.7: {"mnist": 87, "fashionmnist": 60, "usps": 64, "gtsrb": 42, "objects": 100},
    0.8: {"mnist": 80, "fashionmnist": 55, "usps": 34, "gtsrb": 25, "objects": 100},
}
"""By the threshold T, in table 2 of the supplement."""
NMI_OF_TABLE_2 = {
    "dec": {"mnist": 74, "mnist-test": 75, "fashionmnist": 57},
    "idec": {"mnist": 80, "mnist-test": 77, "fashionmnist": 61},
}
"""Of the baselines that the paper ran itself."""

TITLES = {
    "acedec": "ACe/DeC",
    "dec": "DEC",
    "idec": "IDEC",
    "kmeans": "k-means",
    "subkmeans": "SubKmeans",
    "ae-kmeans": "Autoencoder and k-means",
    "ae-subkmeans": "Autoencoder and SubKmeans",
    **{f"dcn-{weight:g}": f"DCN at λ = {weight:g}" for weight in (0.1, 1.0, 10.0)},
}
STEPS, HARDENING_STEPS = 100_000, 20_000
LAYER_STEPS, TUNING_STEPS = 25_000, 50_000
"""Of each layer of the pretraining, and of the whole autoencoder after them."""
LINEAR_STEPS = 150_000
HALVED: Spec = {"schedule": {"decay": "step", "steps": 5, "step_factor": 0.5}}
VIEWS: Spec = {
    "augment": {"type": "affine", "degrees": 20.0, "translate": 0.1, "shear": 0.0},
    "pretrain_augment": True,
}
SHALLOW: Spec = {"net": {"type": "mlp", "hidden": []}, "embedding_dim": 27}
DEEP: Spec = {
    "net": {"type": "mlp", "hidden": [500, 500, 2000], "activation": "leaky_relu"},
    "embedding_dim": 10,
    "scale": "standard",
}
DCN: Spec = {"reconstruction_mean": "sample", "cluster_mean": "sample", "n_init": 20}

ON_PRETRAINING = (
    "The paper names 1e-3 and 1e-4 as learning rates of its pretraining: here the layers take the first and "
    "the whole autoencoder, after them, the second. Its Adam keeps 0.99 of the second moment, here 0.999."
)
ON_LINEAR = (
    "How the paper pretrains the linear autoencoders of its vectors is not said; here plainly, with as many "
    "steps as those of images take in all."
)
ON_LAYERS = (
    "Every other sample that the paper pretrains on is a view; here each is seen beside its view once the "
    "whole autoencoder is trained, and its layers are trained without views."
)
ON_RERUN = (
    "Whether the paper's reruns of DEC and IDEC see views is not said, nor how IDEC weighs the clustering: "
    "here without views, and the default weight."
)
ON_CONTRAST = "Equalize the images' histograms before the upload, as the paper does."
ON_SPLITS = "The paper scores the test split; a job scores the data it was fitted to."
ON_STARTS = "The figure is a mean over fits, each the best of ten starts by its own objective, as here."
ON_CODE = (
    "A linear autoencoder's embedding is determined only up to a linear map; here it is first given unit "
    "variance in every direction, of which the paper says nothing."
)
ON_SHIFTS = "How far the paper shifts images is not said; a tenth of the side stands for it."
ON_SUBSET = "The paper runs SubKmeans on 10,000 samples of the larger sets."


def _trained() -> Iterator[Preset]:
    """Table 1: ACe/DeC and DCN at λ / 2, without and with views."""
    specs: dict[str, Spec] = {"acedec": {"method": "acedec"}}
    specs |= {
        f"dcn-{weight:g}": {"method": "dcn", "cluster_weight": weight / 2, **DCN}
        for weight in (0.1, 1.0, 10.0)
    }
    for (key, data), (name, own), views in product(DATA.items(), specs.items(), (False, True)):
        if views and data.kind == "vectors":
            continue
        extra = VIEWS if views else {}
        if name == "acedec" and data.kind == "vectors":
            extra = {"whiten": True}
        yield _preset(name + "-augmented" * views, key, _deep(data) | own | extra)


def _rerun() -> Iterator[Preset]:
    """Table 2: the baselines that the paper ran itself."""
    for method, figures in NMI_OF_TABLE_2.items():
        for key, nmi in figures.items():
            spec = _deep(DATA[key]) | {"method": method, "n_init": 20}
            figure = Figure(None, nmi, None, table="table 2", over="mean of ten autoencoders")
            yield _preset(method, key, spec, figure=figure)


def _hardened() -> Iterator[Preset]:
    """Table 2 of the supplement."""
    for threshold, figures in NMI_HARDENED.items():
        for key, nmi in figures.items():
            data = DATA[key]
            spec = _deep(data) | {
                "method": "acedec",
                "harden_epochs": epochs_of(HARDENING_STEPS, data.n),
                "harden_threshold": threshold,
            }
            figure = Figure(
                None, nmi, None, table="table 2 of the supplement", over="mean of ten autoencoders"
            )
            suffix = "-hardened" if threshold == 0.6 else f"-hardened-{threshold:g}"
            yield _preset("acedec", key, spec, suffix=suffix, figure=figure)


def _plain() -> Iterator[Preset]:
    """Table 1: k-means and SubKmeans on samples and on an autoencoder's embedding."""
    for key, data in DATA.items():
        k: Spec = {"n_clusters": data.k, "scale": "standard"}
        trained = {
            name: value for name, value in _deep(data).items() if name not in ("epochs", "lr", "schedule")
        }
        yield _preset("kmeans", key, k | {"method": "kmeans", "n_init": 10})
        yield _preset("ae-kmeans", key, trained | {"method": "ae_kmeans"})
        clusterer = {"method": "subkmeans", "n_clusters": trained.pop("n_clusters"), "n_init": 10}
        yield _preset("ae-subkmeans", key, trained | {"method": "ae_clusterer", "clusterer": clusterer})
        if _figure("subkmeans", key):
            yield _preset("subkmeans", key, k | {"method": "subkmeans", "n_init": 10})


def _deep(data: DatasetFacts) -> Spec:
    """Net and training, in epochs of the paper's mini-batch steps."""
    return {
        "n_clusters": data.k,
        **_pretrained(data),
        "epochs": epochs_of(STEPS, data.n),
        **HALVED,
    }


def _pretrained(data: DatasetFacts) -> Spec:
    """Net and pretraining: images' layer by layer, then as a whole at a tenth of the rate."""
    if data.kind == "vectors":
        return {**SHALLOW, "pretrain_epochs": epochs_of(LINEAR_STEPS, data.n)}
    return {
        **DEEP,
        "layerwise": {"epochs": epochs_of(LAYER_STEPS, data.n)},
        "pretrain_epochs": epochs_of(TUNING_STEPS, data.n),
        "pretrain_lr": 1e-4,
    }


def _preset(method: str, key: str, spec: Spec, *, suffix: str = "", figure: Figure | None = None) -> Preset:
    data = DATA[key]
    notes = {
        ON_PRETRAINING: "layerwise" in spec,
        ON_LINEAR: "net" in spec and data.kind == "vectors",
        ON_LAYERS: "augment" in spec,
        ON_RERUN: method in NMI_OF_TABLE_2,
        ON_STARTS: "net" not in spec,
        ON_CODE: spec.get("whiten", False),
        ON_SHIFTS: "augment" in spec,
        ON_CONTRAST: key == "gtsrb",
        ON_SPLITS: key == "mnist-test",
        ON_SUBSET: method == "subkmeans",
    }
    name, augmented, _ = method.partition("-augmented")
    hard = f", hardened at {spec['harden_threshold']:g}" if suffix else ""
    words = ", with views" * bool(augmented) + hard
    return Preset(
        name=f"acedec/{name}-{key}{augmented}{suffix}",
        title=f"{TITLES[name]} on {data.name}{words}",
        paper=PAPER,
        dataset=data,
        spec=lean(spec),
        figure=figure or _figure(method, key),
        notes=tuple(note for note, applies in notes.items() if applies),
    )


def _figure(method: str, key: str) -> Figure | None:
    nmi = NMI_OF_TABLE_1[method][list(DATA).index(key)]
    over = f"mean of {20 if key == 'synth25' else 10} autoencoders"
    return None if nmi is None else Figure(None, nmi, None, table="table 1", over=over)


PRESETS = (*_trained(), *_rerun(), *_hardened(), *_plain())
"""All rows of table 1, those of table 2 that are the paper's own, and the hardened ones."""
