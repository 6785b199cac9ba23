"""The experiments of Deep Clustering With Consensus Representations: `deccs/<method>-<data set>`.

`rp-em` and `rp-fcm` stand for the rows on raw data, `ae-rp-em` and `ae-rp-fcm` for those on an embedding;
`deccs_consensus` has the other consensus functions.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from clustering.presets.preset import ALL, WHOLE, DatasetFacts, Figure, Preset, epochs_of, lean

Spec = dict[str, Any]
PAPER = (
    "Miklautz, Teuffenbach, Weber, Perjuci, Durani, Böhm, Plant. Deep Clustering With Consensus "
    "Representations. ICDM 2022."
)


def _vectors(name: str, n: int, d: int, k: int) -> DatasetFacts:
    return DatasetFacts(name, n, (d,), k, ALL, "the same")


def _gray(name: str, n: int, side: int) -> DatasetFacts:
    return DatasetFacts.resized(name, n, (side, side, 1), 10, trains_on=WHOLE)


DATA = {
    "synth": _vectors("SYNTH", 3_000, 2, 4),
    "mice": _vectors("MICE", 552, 77, 8),
    "pendigits": _vectors("PENDIGITS", 10_992, 16, 10),
    "har": _vectors("HAR", 10_299, 561, 6),
    "mnist": _gray("MNIST", 70_000, 28),
    "fashionmnist": _gray("Fashion-MNIST", 70_000, 28),
    "kmnist": _gray("KMNIST", 70_000, 28),
    "usps": _gray("USPS", 9_298, 16),
}
NMI_AND_ARI = {
    "deccs": ((99, 57, 82, 75, 88, 65, 61, 85), (99, 36, 73, 65, 85, 47, 45, 78)),
    "dec": ((65, 49, 75, 54, 84, 60, 52, 80), (50, 27, 61, 39, 81, 44, 39, 73)),
    "idec": ((64, 50, 76, 53, 85, 62, 55, 81), (49, 29, 62, 40, 82, 46, 41, 74)),
    "dcn": ((59, 48, 75, 51, 84, 62, 54, 78), (44, 27, 60, 36, 79, 45, 38, 70)),
    "rp-em": ((61, 46, 67, 46, 48, 50, 44, 64), (44, 26, 42, 31, 22, 29, 24, 45)),
    "rp-fcm": ((64, 28, 63, 51, 22, 40, 25, 38), (53, 15, 47, 32, 12, 25, 14, 20)),
    "ae-rp-em": ((62, 51, 67, 48, 77, 59, 58, 65), (46, 31, 38, 38, 68, 42, 40, 48)),
    "ae-rp-fcm": ((63, 41, 54, 48, 45, 49, 31, 37), (54, 22, 37, 35, 29, 30, 18, 21)),
    "deccs-no-rec": ((99, 55, 82, 73, 87, 64, 60, 84), (100, 33, 72, 62, 85, 47, 44, 77)),
    "deccs-ce-rec": ((82, 43, 73, 65, 83, 63, 56, 79), None),
    "deccs-ce": ((79, 42, 72, 68, 81, 58, 54, 77), None),
    "deccs-cons-rec": ((41, 50, 74, 60, 79, 64, 52, 71), None),
    "deccs-cons": ((17, 44, 12, 1, 45, 42, 27, 52), None),
    "deccs-rec": ((53, 43, 68, 55, 75, 61, 49, 67), None),
}
ABLATIONS: dict[str, Spec] = {
    "no-rec": {"auxiliary_weight": 0.0},
    "ce-rec": {"consensus_weight": 0.0},
    "ce": {"consensus_weight": 0.0, "auxiliary_weight": 0.0},
    "cons-rec": {"cross_entropy_weight": 0.0},
    "cons": {"cross_entropy_weight": 0.0, "auxiliary_weight": 0.0},
    "rec": {"cross_entropy_weight": 0.0, "consensus_weight": 0.0},
}
"""Rows of table 1 that leave losses out, by those that stay; `no-rec` has the cross-entropy and the pull."""
TITLES = {
    "deccs": "DECCS",
    "dec": "DEC",
    "idec": "IDEC",
    "dcn": "DCN",
    "rp-em": "RP+EM",
    "rp-fcm": "RP+FCM",
    "ae-rp-em": "Autoencoder and RP+EM",
    "ae-rp-fcm": "Autoencoder and RP+FCM",
}
WORDS = {
    "no-rec": ", without reconstruction",
    "ce-rec": ", without the pull",
    "ce": ", cross-entropy alone",
    "cons-rec": ", without the cross-entropy",
    "cons": ", the pull alone",
    "rec": ", reconstruction alone",
}
HIDDEN = {"synth": ([20, 20], 2), "mice": ([256, 128], 64)}
USUAL = ([500, 500, 2000], 10)
ENSEMBLE: list[Spec] = [
    {"method": "kmeans"},
    {"method": "spectral"},
    {"method": "agglomerative"},
    {"method": "gmm", "regularization": 1e-5, "n_init": 10},
]
SINGLE = [
    member | {"linkage": "single"} if member["method"] == "agglomerative" else member for member in ENSEMBLE
]
"""On moons, agglomeration takes the nearest members of two clusters."""


def _of_vectors(weight_decay: float, holdout: float) -> Spec:
    optimizer = {"type": "sgd", "momentum": 0.9, "weight_decay": weight_decay}
    return {"optimizer": optimizer, "holdout": holdout, "patience": 500}


OF_VECTORS = {
    "synth": {"members": SINGLE} | _of_vectors(1e-3, 0.5),
    "mice": _of_vectors(1e-6, 0.4),
    "pendigits": _of_vectors(1e-5, 0.4),
    "har": _of_vectors(1e-5, 0.4),
}
"""As the settings beside the paper's code have it: a longer patience, other decays and shares held out."""
STEPS = 100_000
MOST_OF_RP_EM = 20_000
"""Samples beyond which its similarities, of all pairs, do not fit a usual job."""

ON_PRETRAINING = (
    "The paper pretrains until its loss rests, at half the rate from each plateau on; of the UCI sets it "
    "searches rates and dropout. Here the default epochs at 1e-3."
)
ON_BASELINES = "Weights of the losses are the method's defaults; the paper does not say its own."
ON_GRID = (
    "The paper reports the best average NMI over widths from 5 to 100 and over 4 or 30 projections; here the "
    "defaults."
)

ON_MICE = (
    "The paper's MICE has 552 samples (appendix A), presumably those of UCI's 1,080 that miss no value: "
    "leave the others out before the upload."
)
ON_MARKS = (
    "The marks of table 1's fourth and fifth row could not be read; they are taken to stand for the pull and "
    "for the cross-entropy, each with reconstruction."
)
ON_PAIRS = (
    "There is no preset for the sets of 70,000 images, whose similarities of all pairs would take 73 GiB."
)
ON_PULLS = "The paper shows what it measured in figure 7 only, without numbers."


def _net(key: str) -> Spec:
    hidden, width = HIDDEN.get(key, USUAL)
    net = {"type": "mlp", "hidden": hidden, "activation": "leaky_relu"}
    return {"net": net, "embedding_dim": width}


def _spec(method: str, key: str) -> Spec:
    data = DATA[key]
    base: Spec = {"method": method, "n_clusters": data.k, "scale": "standard"}
    if method.startswith("rp-"):
        return base | {"method": method.replace("-", "_")}
    if method.startswith("ae-"):
        clusterer = {"method": method.removeprefix("ae-").replace("-", "_"), "n_clusters": data.k}
        return {"method": "ae_clusterer", "clusterer": clusterer, "scale": "standard", **_net(key)}
    if method == "deccs":
        return base | _net(key) | {"stop_below": None} | OF_VECTORS.get(key, {})
    return base | _net(key) | {"epochs": epochs_of(STEPS, data.n), "lr": 1e-4, "n_init": 20}


def _preset(method: str, key: str, *, variant: str = "", spec: Spec | None = None) -> Preset:
    data, ending = DATA[key], f"-{variant}" if variant else ""
    notes = {
        ON_PRETRAINING: not method.startswith("rp-"),
        ON_BASELINES: method in ("dec", "idec", "dcn"),
        ON_GRID: "rp-" in method,
        ON_PAIRS: method.endswith("rp-em"),
        ON_MICE: key == "mice",
        ON_MARKS: variant in ("ce-rec", "cons-rec"),
    }
    return Preset(
        name=f"deccs/{method}-{key}{ending}",
        title=f"{TITLES[method]} on {data.name}{WORDS.get(variant, '')}",
        paper=PAPER,
        dataset=data,
        spec=lean(_spec(method, key) | (spec or {})),
        figure=_figure(method, key, variant),
        notes=tuple(note for note, applies in notes.items() if applies),
    )


def _figure(method: str, key: str, variant: str) -> Figure:
    row = f"{method}-{variant}" if variant else method
    nmi, ari = NMI_AND_ARI[row]
    place = list(DATA).index(key)
    table = "tables 1 and 3" if variant and ari else "table 1" if variant else "tables 2 and 3"
    over = "mean of ten autoencoders" if method != "rp-em" and method != "rp-fcm" else "mean of ten runs"
    return Figure(None, nmi[place], None if ari is None else ari[place], table=table, over=over)


def _sizes() -> Iterator[Preset]:
    """Section VI-A on MNIST: the members twice and three times over, and fewer samples a round."""
    specs: dict[str, tuple[str, Spec]] = {}
    for members in (ENSEMBLE * 2, ENSEMBLE * 3):
        specs[f"ensemble-{len(members)}"] = f", {len(members)} members", {"members": members}
    specs |= {
        f"share-{share:g}": (f", {share:.0%} of the samples a round", {"sample_share": share})
        for share in (0.02, 0.04, 0.06)
    }
    plain = _preset("deccs", "mnist")
    for ending, (words, spec) in specs.items():
        yield replace(
            plain,
            name=f"{plain.name}-{ending}",
            title=f"{plain.title}{words}",
            spec=lean({**plain.spec, **spec}),
            figure=Figure(None, 87, None, table="section VI-A", over="mean of ten runs"),
        )


def _pulls() -> Iterator[Preset]:
    """Figure 7: other weights of the pull on MNIST, with reconstruction and without."""
    for variant, weight in product(("", "no-rec"), (1, 10, 100)):
        plain = _preset("deccs", "mnist", variant=variant, spec=ABLATIONS.get(variant))
        yield replace(
            plain,
            name=f"{plain.name}-pull-{weight}",
            title=f"{plain.title}, {weight} as the pull's weight",
            spec={**plain.spec, "consensus_weight": float(weight)},
            figure=None,
            notes=(*plain.notes, ON_PULLS),
        )


def _presets() -> Iterator[Preset]:
    for method, key in product(TITLES, DATA):
        if not method.endswith("rp-em") or DATA[key].n <= MOST_OF_RP_EM:
            yield _preset(method, key)
    for key, (variant, spec) in product(DATA, ABLATIONS.items()):
        yield _preset("deccs", key, variant=variant, spec=spec)
    yield from _sizes()
    yield from _pulls()


PRESETS = tuple(_presets())
"""DECCS, its ablations, and what of its baselines in tables 2 and 3 exists here as one job."""
