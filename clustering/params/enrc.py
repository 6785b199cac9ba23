"""Params of ENRC."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from clustering.params.spaces import SpacesParams

Clusters = Annotated[int, Field(ge=1, le=10_000)]


class ENRCParams(SpacesParams):
    """Embedded Non-Redundant Clustering: several clusterings of the same samples in one embedding.

    The defaults are the paper's but for `init`, which the paper also has from NrKmeans: on 5,000 pairs of
    MNIST digits (one seed, an autoencoder 1568-512-256-128-16, 50 + 50 epochs) NrKmeans on the embedding has
    a mean NMI of 0.50 with the left and right digits, ENRC from it 0.54, ENRC from random starts 0.29.
    """

    title = "ENRC"
    paper = "Miklautz, Mautz, Altinigneli, Böhm, Plant. Deep Embedded Non-Redundant Clustering. AAAI 2020."
    supports = frozenset({"decode", "predict", "resume", "augment", "prototypes"})

    method: Literal["enrc"] = "enrc"
    n_clusters: tuple[Clusters, ...] = Field(
        min_length=1,
        max_length=64,
        description="Clusters of each clustering; a last 1 is a space that all samples share.",
    )
    embedding_dim: int = Field(16, ge=1, le=4096, description="Width of the embedding.")
    weight_power: Literal[1, 2] = Field(
        1, description="Power of the dimensions' weights in distances to centers; the peer's code has 2."
    )
    init_steps: int = Field(
        500, ge=0, le=1_000_000, description="Steps of a random start, all starts at once."
    )
    init: Literal["random", "nrkmeans"] = Field(
        "nrkmeans",
        description="Where rotation and weights start: from the hard subspaces that non-redundant k-means "
        "finds; or at random, then descended with the network frozen.",
    )
    init_centers: Literal["kmeans", "kmeans++"] = Field(
        "kmeans++", description="How a random start places its centers: k-means, or its seeding alone."
    )
    revival_samples: int = Field(
        1000,
        ge=1,
        le=1_000_000,
        description="Random samples among which a lost center finds its new place.",
    )

    @field_validator("n_clusters")
    @classmethod
    def _one_shared_space(cls, clusters: tuple[int, ...]) -> tuple[int, ...]:
        if 1 in clusters[:-1] or clusters == (1,):
            raise ValueError(
                f"a space of one cluster is shared by all samples; met {list(clusters)}, accepted are counts "
                "from 2 on and one 1 behind them"
            )
        return clusters
