"""The experiments of Deep Embedded Non-Redundant Clustering: `enrc/<method>-<data set>`.

`enrc`, and `ae-nrkmeans` for the row of NrKmeans on the same autoencoder.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from clustering.presets.preset import ALL, DatasetFacts, Figure, Preset, epochs_of, lean

Spec = dict[str, Any]
PAPER = "Miklautz, Mautz, Altinigneli, Böhm, Plant. Deep Embedded Non-Redundant Clustering. AAAI 2020."
TITLES = {"enrc": "ENRC", "ae-nrkmeans": "Autoencoder and NrKmeans"}
PRETRAINING_STEPS = 15_000
GRAY, COLOR = (8, 16, 32, 64, 128), (16, 32, 64, 128, 256)


class Experiment(NamedTuple):
    """A column of tables 1 and 2."""

    data: DatasetFacts
    """`k` of the clustering with the most clusters."""
    n_clusters: tuple[int, ...]
    channels: tuple[int, ...]
    dropout: float
    steps: int
    nmi: dict[str, float]
    """Percent of ENRC, by clustering."""
    nrkmeans: tuple[float, ...]
    """Percent of NrKmeans on the autoencoder, in the same order."""
    note: str | None = None


EXPERIMENTS = {
    "nr-objects": Experiment(
        DatasetFacts.resized("NR-Objects", 10_000, (128, 128, 3), 6, trains_on=ALL),
        (6, 3, 2),
        COLOR,
        0.3,
        20_000,
        {"color": 100, "shape": 100, "material": 100},
        (92, 92, 95),
    ),
    "gtsrb": Experiment(
        DatasetFacts.resized("GTSRB (4 signs)", 6_720, (32, 32, 3), 4, trains_on=ALL),
        (4, 2),
        COLOR,
        0.1,
        20_000,
        {"type": 74, "color": 67},
        (72, 65),
        "Equalize the images' histograms before the upload, as the paper does.",
    ),
    "stickfigures": Experiment(
        DatasetFacts.resized("Stickfigures", 900, (32, 32, 1), 3, trains_on=ALL),
        (3, 3),
        GRAY,
        0.2,
        2_000,
        {"upper": 100, "lower": 100},
        (100, 100),
        "Pad the figures of 20×20 to 32×32 before the upload; `resize` would stretch them.",
    ),
    "c-mnist": Experiment(
        DatasetFacts.resized("C-MNIST", 60_000, (56, 56, 1), 10, trains_on=ALL),
        (10, 10),
        GRAY,
        0.1,
        20_000,
        {"left": 83, "right": 82},
        (69, 70),
        "Two digits side by side, padded with black rows to a square, before the upload.",
    ),
}
ON_VIEWS = (
    "The paper rotates, zooms and relights images in the pretraining alone; `augment` would go on through "
    "the clustering, so that it is left out."
)
ON_SCHEDULE = (
    "The paper's one-cycle policy is a warm-up and a half cosine here, and the last 5,000 of its steps keep "
    "their dropout; by how much the rate falls every 2,000 steps of the clustering is not said: here by half."
)


def _presets(key: str, own: Experiment) -> Iterator[Preset]:
    pretrain = epochs_of(PRETRAINING_STEPS, own.data.n)
    trained: Spec = {
        "net": {
            "type": "conv",
            "channels": list(own.channels),
            "negative_slope": 0.1,
            "dropout": own.dropout,
        },
        "embedding_dim": 16,
        "scale": "standard",
        "pretrain_epochs": pretrain,
        "pretrain_lr": 0.01,
        "pretrain_optimizer": {"type": "adam", "weight_decay": 1e-3},
        "pretrain_schedule": {"warmup_epochs": pretrain // 2, "decay": "cosine"},
    }
    clusters = list(own.n_clusters)
    enrc = {
        "method": "enrc",
        "n_clusters": clusters,
        "epochs": epochs_of(own.steps, own.data.n),
        "schedule": {"decay": "step", "steps": max(1, own.steps // 2000), "step_factor": 0.5},
    }
    nrkmeans = {"method": "ae_clusterer", "clusterer": {"method": "nrkmeans", "n_clusters": clusters}}
    yield _preset("enrc", key, trained | enrc, tuple(own.nmi.values()))
    yield _preset("ae-nrkmeans", key, trained | nrkmeans, own.nrkmeans)


def _preset(method: str, key: str, spec: Spec, nmi: tuple[float, ...]) -> Preset:
    own = EXPERIMENTS[key]
    each = ", ".join(f"{name} {value:g}" for name, value in zip(own.nmi, nmi, strict=True))
    mean = sum(nmi) / len(nmi)
    return Preset(
        name=f"enrc/{method}-{key}",
        title=f"{TITLES[method]} on {own.data.name}",
        paper=PAPER,
        dataset=own.data,
        spec=lean(spec),
        figure=Figure(None, mean, None, table="table 1", over=f"mean of ten autoencoders and of {each}"),
        notes=(ON_VIEWS, ON_SCHEDULE, *([own.note] if own.note else [])),
    )


PRESETS = tuple(preset for key, own in EXPERIMENTS.items() for preset in _presets(key, own))
"""The rows of ENRC and of NrKmeans in table 1."""
