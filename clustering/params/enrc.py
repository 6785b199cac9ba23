"""Params of ENRC."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from clustering.params.artifacts import OF_CODES, OF_SEARCH
from clustering.params.autonr import SearchParams
from clustering.params.base import Told
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
    artifacts: ClassVar[Told] = {**OF_CODES, "search": OF_SEARCH}

    method: Literal["enrc"] = "enrc"
    n_clusters: tuple[Clusters, ...] | None = Field(
        None,
        min_length=1,
        max_length=64,
        validate_default=True,
        description="Clusters of each clustering; a last 1 is a space that all samples share. Null where "
        "`init` is autonr, which finds them.",
    )
    embedding_dim: int = Field(16, ge=1, le=4096, description="Width of the embedding.")
    weight_power: Literal[1, 2] = Field(
        1, description="Power of the dimensions' weights in distances to centers; the peer's code has 2."
    )
    init_steps: int = Field(
        500, ge=0, le=1_000_000, description="Steps of a random start, all starts at once."
    )
    init: Literal["random", "nrkmeans", "autonr"] = Field(
        "nrkmeans",
        description="Where rotation and weights start: from the hard subspaces that non-redundant k-means "
        "finds; at random, then descended with the network frozen; or from those of AutoNR, as many and with "
        "as many clusters as describe the embedding shortest.",
    )
    init_centers: Literal["kmeans", "kmeans++"] = Field(
        "kmeans++", description="How a random start places its centers: k-means, or its seeding alone."
    )
    search: SearchParams | None = Field(
        None, description="How AutoNR searches, where `init` is autonr; null takes its defaults."
    )
    revival_samples: int = Field(
        1000,
        ge=1,
        le=1_000_000,
        description="Random samples among which a lost center finds its new place.",
    )

    @field_validator("n_clusters")
    @classmethod
    def _given_or_found(
        cls, clusters: tuple[int, ...] | None, info: ValidationInfo
    ) -> tuple[int, ...] | None:
        finds = info.data.get("init") == "autonr"
        if clusters is None and not finds and "init" in info.data:
            raise PydanticCustomError(
                "missing",
                "the clusters of each clustering are needed unless init is autonr; met none, accepted are "
                "lists such as [3, 3] or [3, 3, 1]",
            )
        if clusters is not None and finds:
            raise PydanticCustomError(
                "found_by_autonr",
                "AutoNR finds clusterings and clusters itself; met {met}, accepted is null",
                {"met": str(list(clusters)), "accepted": [None]},
            )
        if clusters is not None and (1 in clusters[:-1] or clusters == (1,)):
            raise ValueError(
                f"a space of one cluster is shared by all samples; met {list(clusters)}, accepted are counts "
                "from 2 on and one 1 behind them"
            )
        return clusters

    @field_validator("search")
    @classmethod
    def _only_where_searched(cls, search: SearchParams | None, info: ValidationInfo) -> SearchParams | None:
        if search is not None and info.data.get("init", "autonr") != "autonr":
            met = info.data["init"]
            raise ValueError(f"nothing is searched unless init is autonr; met {met}, accepted are null")
        return search
