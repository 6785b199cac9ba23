"""What is fitted: the thesis's settings, with the epochs that a CPU has time for.

None of it was chosen by labels. Architectures, batches, optimizers, rates, weights and the starts of the
initializations are the papers'; epochs are fewer. What is said to be on a net starts from the autoencoder
that its data set and seed share; what is said to be on its embedding sees that embedding's vectors.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from clustering.params import PARAMS
from clustering.presets import PRESETS

Spec = dict[str, Any]
Start = Literal["samples", "net", "embedding"]


class Cell(NamedTuple):
    """One row of the table."""

    name: str
    """data set/method."""
    start: Start
    """What it is fitted to: the samples alone, the samples and a trained net, or that net's embedding."""
    spec: Mapping[str, Any]
    thesis: tuple[float, ...] = ()
    """NMI of each labeling of its data set as the thesis reports them; empty where it does not."""

    @property
    def dataset(self) -> str:
        return self.name.partition("/")[0]


LINEAR: Spec = {
    "net": {"type": "mlp", "hidden": []},
    "embedding_dim": 27,
    "scale": "standard",
    "clip_norm": None,
}
DENSE: Spec = {
    "net": {"type": "mlp", "hidden": [500, 500, 2000], "activation": "leaky_relu"},
    "embedding_dim": 10,
    "scale": "standard",
    "clip_norm": None,
}
SMALL: Spec = {
    "net": {"type": "mlp", "hidden": [20, 20], "activation": "leaky_relu"},
    "embedding_dim": 2,
    "scale": "standard",
    "clip_norm": None,
}


def conv(*channels: int, **fields: float) -> Spec:
    """ENRC's residual autoencoder, with leaky ReLUs of slope 0.1, and of half as many channels."""
    net = {"type": "conv", "channels": list(channels), "negative_slope": 0.1, **fields}
    return {"net": net, "embedding_dim": 16, "scale": "standard", "clip_norm": None}


ONE_CYCLE: Spec = {"schedule": {"warmup_epochs": 10, "decay": "cosine"}, "lr": 3e-3}
"""Stands for the one-cycle policy: up, then down along a cosine."""
WHOLE_CYCLE: Spec = {
    "schedule": {"warmup_epochs": 60, "decay": "cosine"},
    "lr": 0.01,
    "optimizer": {"type": "adam", "weight_decay": 1e-3},
    "batch_size": 64,
    "epochs": 120,
}
"""The same with the paper's rate and decay of weights, up for half of the epochs, and in small batches: 3,360
steps of its 15,000. With 420 steps of 256 samples, and neither decay nor dropout, the best of 100 starts of
NrKmeans on NR-Objects mixed color with shape, though linear classifiers told all three labelings apart. Among
1,000 starts the cheapest is that of 100, with each of five nets."""
NETS: dict[str, Spec] = {
    "synth25": LINEAR | {"epochs": 100},
    "objects": DENSE | {"epochs": 60},
    "figures": conv(4, 8, 16, 32) | ONE_CYCLE | {"epochs": 200},
    "nr-objects": conv(8, 16, 32, 64, dropout=0.3) | WHOLE_CYCLE,
    "pairs": conv(4, 8, 16, 32) | ONE_CYCLE | {"epochs": 60, "augment": {"type": "affine"}},
    "synth": SMALL | {"epochs": 100},
}
"""Of each data set, the autoencoder that the cells on a net share."""
SHAPING = ("net", "embedding_dim", "scale", "clip_norm")
"""Fields of an autoencoder that a fit that starts from it repeats."""

ISOLATED: Spec = {
    "method": "acedec",
    "whiten": True,
    "init_starts": 20,
    "init_steps": 20_000,
    "schedule": {"decay": "step", "steps": 5, "step_factor": 0.5},
}
"""The paper's, but for the whitening, of which it says nothing. A reconstruction leaves the code open up to a
linear map, as the layers around it are linear; unit variance is the rule for it here. Without it the objects'
codes vary thousands of times more in some directions than in others, so that a rotation that is off by a
hundredth fills the latter with what tells clusters apart: 3, 5, 5, 6 and 8 dimensions were kept."""
RISING: Spec = {"schedule": {**ISOLATED["schedule"], "warmup_epochs": 6}}
"""Over a tenth of the clustering's epochs, and of the hardening's. Adam's first steps are as large as the
rate, whatever the gradients are: the objects' reconstruction error rose from 4 to 739 in the first epoch. In
the paper 100,000 steps follow, here 720. With the rise it was 8 after three epochs and 5 after ten."""
TRADED: Spec = {"method": "dcn", "reconstruction_mean": "sample", "cluster_mean": "sample", "n_init": 20}
NONREDUNDANT: Spec = {"method": "nrkmeans", "scale": "none"}
MIXED: Spec = {"scale": "standard"}
"""Members of an ensemble see standardized embeddings."""
CLASSICAL: dict[str, Spec] = {
    "kmeans": MIXED | {"method": "kmeans", "n_init": 10},
    "spectral": MIXED | {"method": "spectral"},
    "agglomerative": MIXED | {"method": "agglomerative", "linkage": "single"},
    "gmm": MIXED | {"method": "gmm", "n_init": 10, "regularization": 1e-5},
}


def on_synth25() -> list[Cell]:
    """Table 1 of A.2, first column: λ of DCN halves in its loss."""
    k: Spec = {"n_clusters": 4}
    epochs: Spec = {"epochs": 425}
    plain: Spec = k | {"method": "kmeans", "n_init": 20}
    hard: Spec = k | {"method": "subkmeans", "n_init": 10}
    traded = [
        Cell(f"synth25/dcn-{weight:g}", "net", TRADED | k | epochs | {"cluster_weight": weight / 2}, (nmi,))
        for weight, nmi in ((0.1, 0.17), (1.0, 0.22), (10.0, 0.29))
    ]
    return [
        Cell("synth25/acedec", "net", ISOLATED | k | epochs, (1.0,)),
        *traded,
        Cell("synth25/kmeans", "samples", plain | {"scale": "standard"}, (0.90,)),
        Cell("synth25/subkmeans", "samples", hard | {"scale": "standard"}, (0.84,)),
        Cell("synth25/ae-kmeans", "embedding", plain | {"scale": "none"}, (0.11,)),
        Cell("synth25/ae-subkmeans", "embedding", hard | {"scale": "none"}, (0.11,)),
    ]


def on_objects() -> list[Cell]:
    """Table 1 of A.2, and the dimensions left of its table 3."""
    k: Spec = {"n_clusters": 3}
    epochs: Spec = {"epochs": 60}
    return [
        Cell("objects/acedec", "net", ISOLATED | RISING | k | epochs | {"harden_epochs": 60}, (1.0,)),
        Cell("objects/dcn-0.1", "net", TRADED | k | epochs | {"cluster_weight": 0.05}, (1.0,)),
        Cell(
            "objects/ae-kmeans", "embedding", k | {"method": "kmeans", "n_init": 20, "scale": "none"}, (0.98,)
        ),
    ]


def nonredundant(
    dataset: str,
    k: tuple[int, ...],
    epochs: int,
    thesis: Mapping[str, Any],
    *,
    starts: int | None = None,
) -> list[Cell]:
    """Table 1 of A.1: ENRC, and NrKmeans on the same autoencoder, from the cheapest of so many starts."""
    clusters: Spec = {"n_clusters": list(k)}
    started: Spec = {"init_starts": starts} if starts else {}
    embedded: Spec = {"method": "enrc", "epochs": epochs, "per_cluster": True, **started}
    hard: Spec = NONREDUNDANT | ({"n_init": starts} if starts else {})
    return [
        Cell(f"{dataset}/enrc", "net", embedded | clusters, thesis["enrc"]),
        Cell(f"{dataset}/nrkmeans", "embedding", hard | clusters, thesis["nrkmeans"]),
    ]


def on_synth() -> list[Cell]:
    """Table 2 of A.3, first column, and the members of the ensemble on the same autoencoder."""
    k: Spec = {"n_clusters": 4}
    consensus = PRESETS["deccs/deccs-synth"].spec
    deep: Spec = k | {"lr": 1e-4, "epochs": 200, "n_init": 20}
    return [
        Cell("synth/deccs", "net", {**consensus, **SMALL}, (0.99,)),
        *(Cell(f"synth/ae-{name}", "embedding", k | spec) for name, spec in CLASSICAL.items()),
        Cell("synth/dec", "net", deep | {"method": "dec"}, (0.65,)),
        Cell("synth/idec", "net", deep | {"method": "idec"}, (0.64,)),
        Cell("synth/dcn", "net", deep | {"method": "dcn"}, (0.59,)),
    ]


BEADS: Spec = {
    "method": "beads",
    "net": {"type": "mixed", "channels": [8, 16, 32], "hidden": [256], "attribute_weight": 90.0},
    "embedding_dim": 16,
    "scale": "standard",
    "augment": {"type": "object", "color": 0.0},
    "evening": None,
    "batch_size": 64,
    "pretrain_epochs": 100,
    "pretrain_schedule": {"warmup_epochs": 10, "decay": "cosine"},
    "whiten": True,
    "assign_by": "search",
    "compression_unit": "start",
    "auxiliary_weight": 0.3,
    "grid": {"repeats": 3, "tolerance": 10.0},
}
"""The thesis's pipeline with a small net, a fortieth of the pretraining's epochs, and what was chosen without
labels: no changes of color, which left a smaller error of held-out samples (0.032 against 0.035); no evening,
without which fewer bits described the same codes of all samples (308 against 310 or 312 thousand); a whitened
code, as for ACe/DeC above; attributes weighed so that they vary as much as pixels do, whose variance is 1 and
theirs 0.011.

Where only random views say to which clusters a sample belongs, as in the paper, the clusters that the search
found are lost in the first epoch. Where samples say it themselves they are lost more slowly, as the mean of
two views moves far while these come to agree: with one seed, clusters of 252, 991 and 257 samples had 606,
536 and 358 after eight epochs. So those of the search hold. With plain distances, or in units of the whole
code's variance, either all codes shrink to one point or one space grows to drown the others: the unit is each
space's variance at the start. With weights of the reconstruction of 3 and 1 the views of a sample agree to a
cosine of 0.949 and 0.955 on beads that another seed draws; on the suite's own, with 1, to 0.936 over five
seeds. So it is 0.3.

Of three autoencoders the one is taken in whose code the clusterings need the fewest bits, as in the thesis,
which searches the codes of all its networks of one width and takes the shortest description. What each
reconstructs of held-out samples, by which the thesis chooses the width, varies by a factor of two among
networks that only a seed tells apart, so that it rules none of them out here."""

ALL_CELLS = [
    *on_synth25(),
    *on_objects(),
    *nonredundant("figures", (3, 3), 100, {"enrc": (1.0, 1.0), "nrkmeans": (1.0, 1.0)}),
    *nonredundant(
        "nr-objects",
        (6, 3, 2),
        60,
        {"enrc": (1.0, 1.0, 1.0), "nrkmeans": (0.92, 0.92, 0.95)},
        starts=100,
    ),
    *nonredundant("pairs", (10, 10), 100, {"enrc": (0.83, 0.82), "nrkmeans": (0.69, 0.70)}),
    *on_synth(),
    Cell("planes/autonr", "samples", {"method": "autonr", "scale": "none"}),
    Cell("beads/beads", "samples", BEADS),
]
CELLS = [cell for cell in ALL_CELLS if cell.spec["method"] in PARAMS]
"""What the methods of this version can fit; claims about the others count as not measured."""
SEEDS = {"synth25": 10, "synth": 10, "planes": 10}
"""Of the synthetic data sets; five of the others."""
