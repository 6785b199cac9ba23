"""The experiments of Deep Clustering With Consensus Representations: `deccs/<method>-<data set>`.

Consensus functions over the ensemble are jobs of their own kind, over the clusterings of finished jobs.
"""

from collections.abc import Iterator
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
    "mice": _vectors("MICE", 1_080, 77, 8),
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
}
TITLES = {"deccs": "DECCS", "dec": "DEC", "idec": "IDEC", "dcn": "DCN"}
HIDDEN = {"synth": ([20, 20], 2), "mice": ([256, 128], 64)}
USUAL = ([500, 500, 2000], 10)
SINGLE: Spec = {
    "members": [
        {"method": "kmeans"},
        {"method": "spectral"},
        {"method": "agglomerative", "linkage": "single"},
        {"method": "gmm", "regularization": 1e-5, "n_init": 10},
    ],
    "optimizer": {"type": "sgd", "momentum": 0.9, "weight_decay": 1e-3},
}
"""On moons, agglomeration takes the nearest members of two clusters; the decay is the paper's code's."""
STEPS = 100_000

ON_PRETRAINING = (
    "The paper pretrains until its loss rests, at half the rate from each plateau on; of the UCI sets it "
    "searches rates and dropout. Here the default epochs at 1e-3."
)
ON_BASELINES = "Weights of the losses are the method's defaults; the paper does not say its own."


def _preset(method: str, key: str) -> Preset:
    data, deccs = DATA[key], method == "deccs"
    hidden, width = HIDDEN.get(key, USUAL)
    training: Spec = SINGLE if deccs and key == "synth" else {}
    if not deccs:
        training = {"epochs": epochs_of(STEPS, data.n), "lr": 1e-4, "n_init": 20}
    spec: Spec = {
        "method": method,
        "n_clusters": data.k,
        "net": {"type": "mlp", "hidden": hidden, "activation": "leaky_relu"},
        "embedding_dim": width,
        "scale": "standard",
        **training,
    }
    nmi, ari = (numbers[list(DATA).index(key)] for numbers in NMI_AND_ARI[method])
    return Preset(
        name=f"deccs/{method}-{key}",
        title=f"{TITLES[method]} on {data.name}",
        paper=PAPER,
        dataset=data,
        spec=lean(spec),
        figure=Figure(None, nmi, ari, table="tables 2 and 3", over="mean of ten autoencoders"),
        notes=(ON_PRETRAINING, *[ON_BASELINES] * (not deccs)),
    )


def _presets() -> Iterator[Preset]:
    for method, key in product(TITLES, DATA):
        yield _preset(method, key)


PRESETS = tuple(_presets())
"""DECCS and the deep baselines of tables 2 and 3 that exist here."""
