"""Params of ENRC."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from clustering.params.artifacts import OF_CODES, OF_SEARCH
from clustering.params.autonr import SearchParams
from clustering.params.base import Told
from clustering.params.nrdipmeans import DipSearchParams
from clustering.params.spaces import SpacesParams

SEARCHES = {"search": "autonr", "dip_search": "nrdipmeans"}
"""The field that says how an initialization searches."""
FINDERS = {
    "autonr": "AutoNR finds clusterings and clusters",
    "nrdipmeans": "NrDipMeans finds the clusters of dip_search.n_spaces clusterings",
}

Clusters = Annotated[int, Field(ge=1, le=10_000)]
Search = SearchParams | DipSearchParams


class ENRCParams(SpacesParams):
    """Embedded Non-Redundant Clustering: several clusterings of the same samples in one embedding.

    The defaults are the paper's but for the net, a feed-forward one that any samples fit in place of a
    residual convolutional one; for the learning rate, which in the paper falls every 2,000 steps, by how much
    it does not say; and for `init`, which the paper also has from NrKmeans: on 5,000 pairs of MNIST digits
    (one seed, an autoencoder 1568-512-256-128-16, 50 + 50 epochs, without `per_cluster`) NrKmeans on the
    embedding has a mean NMI of 0.50 with the left and right digits, ENRC from it 0.54, from random ones 0.29.
    """

    title = "ENRC"
    paper = "Miklautz, Mautz, Altinigneli, Böhm, Plant. Deep Embedded Non-Redundant Clustering. AAAI 2020."
    supports = frozenset({"decode", "predict", "resume", "augment", "prototypes"})
    artifacts: ClassVar[Told] = {**OF_CODES, "search": OF_SEARCH}
    averages_spaces = True

    method: Literal["enrc"] = "enrc"
    n_clusters: tuple[Clusters, ...] | None = Field(
        None,
        min_length=1,
        max_length=64,
        validate_default=True,
        description="Clusters of each clustering; a last 1 is a space that all samples share. Null where "
        "`init` is autonr or nrdipmeans, which find them.",
    )
    embedding_dim: int = Field(16, ge=1, le=4096, description="Width of the embedding.")
    weight_power: Literal[1, 2] = Field(
        1, description="Power of the dimensions' weights in distances to centers; the peer's code has 2."
    )
    init_steps: int = Field(
        500, ge=0, le=1_000_000, description="Steps of a random start, all starts at once."
    )
    init: Literal["random", "nrkmeans", "autonr", "nrdipmeans"] = Field(
        "nrkmeans",
        description="Where rotation and weights start: from the hard subspaces that non-redundant k-means "
        "finds; at random, then descended with the network frozen; from those of AutoNR, as many and with as "
        "many clusters as describe the embedding shortest; or from those of NrDipMeans (experimental), as "
        "many as asked for and with as many clusters as show a single mode.",
    )
    init_centers: Literal["kmeans", "kmeans++"] = Field(
        "kmeans++", description="How a random start places its centers: k-means, or its seeding alone."
    )
    search: SearchParams | None = Field(
        None, description="How AutoNR searches, where `init` is autonr; null takes its defaults."
    )
    dip_search: DipSearchParams | None = Field(
        None,
        description="How NrDipMeans searches, and for how many clusterings, where `init` is nrdipmeans; null "
        "takes its defaults.",
    )
    per_cluster: bool = Field(
        True,
        description="Whether each cluster adds the mean of its own samples' squared distances to the "
        "compression, as in the paper's equation, so that small clusters weigh as much as large ones; "
        "otherwise it is one mean over a batch, as in the peer's code.",
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
        init = info.data.get("init")
        if clusters is None and init is not None and init not in FINDERS:
            raise PydanticCustomError(
                "missing",
                "the clusters of each clustering are needed unless init is autonr or nrdipmeans; met none, "
                "accepted are lists such as [3, 3] or [3, 3, 1]",
            )
        if clusters is not None and init in FINDERS:
            raise PydanticCustomError(
                "found_by_search",
                "{finds} itself; met {met}, accepted is null",
                {"finds": FINDERS[init], "met": str(list(clusters)), "accepted": [None]},
            )
        if clusters is not None and (1 in clusters[:-1] or clusters == (1,)):
            raise ValueError(
                f"a space of one cluster is shared by all samples; met {list(clusters)}, accepted are counts "
                "from 2 on and one 1 behind them"
            )
        return clusters

    @field_validator("search", "dip_search")
    @classmethod
    def _only_where_searched(cls, search: Search | None, info: ValidationInfo) -> Search | None:
        needed = SEARCHES[info.field_name or ""]
        met = info.data.get("init", needed)
        if search is not None and met != needed:
            raise ValueError(f"nothing is searched unless init is {needed}; met {met}, accepted are null")
        return search

    @property
    def clusters_weigh_alike(self) -> bool:
        return self.per_cluster

    @property
    def searched(self) -> tuple[str, Search] | None:
        """Pointer to how an initialization searches, and that; None where it does not."""
        if self.init == "autonr":
            return "/search", self.search or SearchParams()
        return ("/dip_search", self.dip_search or DipSearchParams()) if self.init == "nrdipmeans" else None
