"""Params of DeepCluE."""

from collections.abc import Iterator
from math import isqrt
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from clustering.params.base import Told
from clustering.params.contrasting import ContrastingParams
from clustering.params.problem import Problem
from clustering.params.starting import MODEL_ID, StartingParams
from clustering.params.uspec import usual_representatives

STAGES = 4
"""Of a residual net."""
DEEPEST = 2
"""Stages that base clusterings are made of if no layers are named."""


class DeepCluEParams(ContrastingParams, StartingParams):
    """CC, many clusterings of its layers, and one of them all by how sure each cluster is.

    The defaults are those of the paper for CIFAR-10.
    """

    title = "DeepCluE"
    paper = (
        "Huang, Chen, Chen, Wang, Lai. DeepCluE: Enhanced Image Clustering via Multi-layer Ensembles in Deep "
        "Neural Networks. IEEE Transactions on Emerging Topics in Computational Intelligence, 2024."
    )
    supports = frozenset({"predict", "resume", "augment"})
    artifacts: ClassVar[Told] = {
        "base-clusterings": "A row each: its layer, clusters, weight (the mean of its clusters' over "
        "samples) and NMI with the consensus.",
        "base-clusters": "A row for each cluster of each base clustering: its size, and its weight "
        "exp(-H*/M) in (0, 1].",
        "base-labels": "(n, M) clusters of all samples in the base clusterings.",
        "layers": "The mean weight of each layer's base clusterings, and the mean NMI of two of them within "
        "and between layers.",
    }

    method: Literal["deepclue"] = "deepclue"
    initial_model: str | None = Field(
        None,
        pattern=MODEL_ID,
        description="Trained model of CC whose layers are clustered; it takes the place of the training. Its "
        "architecture and number of clusters have to be those asked for here.",
    )
    layers: tuple[Annotated[str, Field(min_length=1, max_length=40)], ...] | None = Field(
        None,
        min_length=1,
        max_length=64,
        description="Layers that base clusterings are made of: stage1, stage2, … are the network's feature "
        "maps, features what its trunk ends with, projector1, … and head1, … the layers behind it, each "
        "after its activation. Null takes the two deepest stages and all that follow.",
    )
    grid: int = Field(
        2, ge=1, le=4, description="Places along each side that feature maps are averaged to; all if fewer."
    )
    pca_dim: int = Field(
        1000,
        ge=1,
        le=4096,
        description="Wider layers are brought down to as many principal components.",
    )
    base_method: Literal["uspec", "kmeans"] = Field(
        "uspec", description="What makes a base clustering; k-means is the best of ten starts."
    )
    base_clusterings: int = Field(
        5,
        ge=1,
        le=100,
        description="Base clusterings of each layer. A single one of a single layer has to have as many "
        "clusters as are asked for, and is the result.",
    )
    fewest_clusters: int | None = Field(
        None, ge=2, le=10_000, description="Of a base clustering; null takes as many as are asked for."
    )
    most_clusters: int | None = Field(
        None,
        ge=2,
        le=10_000,
        description="Of a base clustering; null takes the root of the number of samples, at least "
        "`fewest_clusters`.",
    )
    representatives: int | None = Field(
        None,
        ge=2,
        le=20_000,
        description="U-SPEC's representatives of a base clustering, at least as many as its clusters. Null "
        "takes 1,000, or a quarter of the samples where that is fewer.",
    )
    neighbors: int = Field(
        5, ge=1, le=1000, description="Nearest representatives that a sample is joined to; all if fewer."
    )
    weighted: bool = Field(
        True,
        description="Whether samples are joined the more to a cluster the less other base clusterings break "
        "it up; otherwise to all alike, as in the paper's figures 3 to 5.",
    )

    @property
    def pretrain_stages(self) -> dict[str, int]:
        return {"cluster": self.epochs}

    @property
    def known_layers(self) -> tuple[str, ...]:
        """Names of all layers, from the first to the last."""
        stages = STAGES if self.net.type == "resnet" else len(self.net.channels)
        return (
            *(f"stage{i + 1}" for i in range(stages)),
            "features",
            *(f"projector{i + 1}" for i in range(len(self.projector))),
            *(f"head{i + 1}" for i in range(len(self.hidden))),
        )

    @property
    def chosen_layers(self) -> tuple[str, ...]:
        """Names of the layers that base clusterings are made of."""
        if self.layers is not None:
            return self.layers
        known = self.known_layers
        return known[max(0, known.index("features") - DEEPEST) :]

    def base_range(self, n: int) -> tuple[int, int]:
        """Fewest and most clusters of a base clustering of n samples."""
        fewest = self.fewest_clusters or self.n_clusters
        return fewest, self.most_clusters or max(fewest, isqrt(n))

    def count_representatives(self, n: int) -> int:
        """Representatives of n samples."""
        return self.representatives or usual_representatives(n, self.n_clusters)


def deepclue_problems(params: DeepCluEParams, n: int) -> Iterator[Problem]:
    """All reasons why these layers cannot be clustered, or n samples not as often or finely."""
    known, layers = params.known_layers, params.chosen_layers
    if unknown := [name for name in layers if name not in known]:
        message = f"The network has no layer {', '.join(unknown)}; it has {', '.join(known)}."
        yield Problem("/layers", "no_such_layer", message, {"items": {"enum": list(known)}})
    if len(set(layers)) < len(layers):
        message = f"A layer is named more than once: {', '.join(layers)}."
        yield Problem("/layers", "duplicate_layer", message, {"uniqueItems": True})
    if len(layers) * params.base_clusterings < 2 and params.base_range(n) != (params.n_clusters,) * 2:
        message = (
            "An ensemble needs at least 2 base clusterings; a single one is the result, and has to have as "
            f"many clusters as are asked for: set fewest_clusters and most_clusters to {params.n_clusters}."
        )
        yield Problem("/base_clusterings", "too_few_clusterings", message, {"minimum": 2})
    if params.representatives is not None and params.representatives > n:
        message = f"{params.representatives} representatives need at least as many samples; there are {n}."
        yield Problem("/representatives", "too_few_samples", message, {"maximum": n})
    yield from _range(params, n)


def _range(params: DeepCluEParams, n: int) -> Iterator[Problem]:
    fewest, most = params.base_range(n)
    for field, value in (("fewest_clusters", fewest), ("most_clusters", most)):
        if getattr(params, field) is not None and value > n:
            message = f"Base clusterings of {value} clusters need at least as many samples; there are {n}."
            yield Problem(f"/{field}", "too_few_samples", message, {"maximum": n})
    if fewest > most:
        message = f"Base clusterings of at least {fewest} and at most {most} clusters cannot be."
        yield Problem("/most_clusters", "empty_range", message, {"minimum": fewest})
