"""What the tests over all methods share: tiny budgets and data, and what must hold of a result.

The one place that shrinks params.
"""

from functools import cache

import numpy as np
from numpy.testing import assert_array_equal

from clustering import engine
from clustering.engine import Result
from clustering.params import PARAMS, MethodParams, parse
from clustering.params.consensus import EnsembleParams
from clustering.params.heads import HeadsParams
from clustering.params.prototypes import PrototypeParams

NET = {"type": "mlp", "hidden": [16]}
RESNET = {"type": "resnet", "width": 4, "hidden": [8], "projector": [8, 4]}
ENCODER = {name: value for name, value in RESNET.items() if name != "projector"}
VIEWS = {"net": RESNET, "augment": {"type": "affine"}, "predictor": [8]}
HEADS = {
    "net": {"type": "plain", "channels": [4, 8], "kernel": 3},
    "augment": {"type": "affine"},
    "input_size": None,
    "anchor": {"type": "window", "sides": [6]},
    "repeats": 2,
    "over_clusters": 4,
    "passes": 1,
    "sub_heads": 2,
    "heads": 3,
    "consensus_heads": 2,
    "target": 0.5,
    "bound_every": 1,
    "bound_step": 0.1,
    "memory": 70,
    "baselines": False,
    "layers": ["stage2", "features", "head1"],
    "base_clusterings": 2,
    "projector": [8, 4],
    "hidden": [8],
}
SMALL = {
    "net": NET,
    "pretrain_epochs": 3,
    "warmup_epochs": 1,
    "epochs": 3,
    "batch_size": 32,
    "n_init": 2,
    "init_steps": 5,
    "runs": 3,
    "repetitions": 2,
    "max_spaces": 3,
    "rounds": 2,
    "steps": 8,
    "classifier_steps": 30,
    "stop_below": None,
    "augment": None,
    "pretrain_augment": False,
    "evening": None,
}
MEMBERS = {"members": [{"method": "kmeans", "n_init": 1}, {"method": "gmm"}]}
NARROW = {"embedding_dim": 2}


def tiny(method: str, **fields: object) -> MethodParams:
    """Params of a method with few epochs, a small net and two clusters; `fields` override."""
    known = PARAMS[method].model_fields
    views = {} if "vectors" in PARAMS[method].accepts else VIEWS
    if issubclass(PARAMS[method], HeadsParams):
        views = HEADS
    if issubclass(PARAMS[method], PrototypeParams):
        views = VIEWS | {"net": ENCODER}
    members = {} if issubclass(PARAMS[method], EnsembleParams) else MEMBERS
    shrunk = {"n_clusters": 2, **SMALL, **NARROW, **views, **members, **fields}
    shrunk["max_clusters"] = shrunk["n_clusters"]
    shrunk["clusterer"] = {"method": "kmeans", "n_clusters": shrunk["n_clusters"]}
    if "initial_model" in fields:
        del shrunk["epochs" if method == "deepclue" else "pretrain_epochs"]
    if "n_clusters" in known and "tuple" in str(known["n_clusters"].annotation):
        shrunk["n_clusters"] = (shrunk["n_clusters"],) * 2
    return parse({"method": method} | {name: value for name, value in shrunk.items() if name in known})


def methods(capability: str | None = None, kind: str | None = None, data: str | None = None) -> list[str]:
    """Names of all methods over samples alone, or of those with a capability, that do or do not cluster, or
    that accept such data."""
    return [
        name
        for name, params in PARAMS.items()
        if (capability is None or capability in params.supports)
        and (kind is None or (params.kind == "pretrain") == (kind == "pretrain"))
        and not issubclass(params, EnsembleParams)
        and (data is None or data in params.accepts)
    ]


def samples(method: str, n: int = 60):
    """Samples that the method accepts: vectors where it can, images otherwise."""
    return vectors(n)[0] if "vectors" in PARAMS[method].accepts else images(n)


def kind_of(method: str) -> dict[str, object]:
    """Kind and shape of the samples that a method is given here, as `problems` asks for them."""
    if "vectors" in PARAMS[method].accepts:
        return {"kind": "vectors", "shape": (4,)}
    return {"kind": "images", "shape": (8, 8, 1)}


@cache
def undisturbed(method: str) -> Result:
    """What a method finds in its samples with its tiny params and seed 0; to be read, never written on."""
    return engine.fit(samples(method), tiny(method))


@cache
def over_images(method: str) -> Result:
    """What a method finds in images with its tiny params and seed 0; to be read, never written on."""
    return engine.fit(images(), tiny(method))


def vectors(n=60, d=4, k=3, seed=0):
    """Blobs without negative values, and their true labels."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % k
    return np.abs(rng.normal(size=(k, d)) * 4)[labels] + rng.random((n, d)), labels


def images(n=40, k=2):
    rng = np.random.default_rng(0)
    return (rng.integers(0, 200, (k, 8, 8, 1))[np.arange(n) % k] + rng.integers(0, 55, (n, 8, 8, 1))).astype(
        np.uint8
    )


def labels_of(result):
    return [clustering.labels.numpy() for clustering in result.clusterings]


def assert_same(first, second):
    assert_array_equal(first.embeddings, second.embeddings)
    for one, other in zip(labels_of(first), labels_of(second), strict=True):
        assert_array_equal(one, other)


def assert_sound(result, n, k=2):
    assert len(result.embeddings) == n
    assert result.embeddings.isfinite().all()
    kind = result.method.params.kind
    assert bool(result.clusterings) == (kind != "pretrain")
    for labels in labels_of(result):
        assert labels.shape == (n,)
        assert labels.dtype == np.int64
        assert -1 <= labels.min() <= labels.max() < k
