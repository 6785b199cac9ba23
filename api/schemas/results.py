"""Results as they travel."""

from collections.abc import Callable
from typing import Any

from api.schemas.base import JsonObject, Out
from models.cluster import Cluster
from models.clustering import Clustering


class ClusteringOut(Out):
    """A clustering: its size, its scores without labels, its agreement with each given label column.

    Where the method weighs the embedding's dimensions, also how much each belongs to it, how many it leads,
    and the two heaviest.
    """

    index: int
    name: str
    n_clusters: int
    n_outliers: int | None
    weights: list[float] | None
    n_dimensions: int | None
    heaviest: list[int] | None
    metrics: JsonObject
    agreement: JsonObject
    warnings: list[Any]
    is_main: bool


class SummaryOut(Out):
    """A result at a glance, with the names of its files."""

    job: str
    dataset: str
    n: int | None
    n_clusters: int | None
    n_outliers: int | None
    sizes: list[int] | None
    metrics: JsonObject
    agreement: JsonObject
    warnings: list[Any]
    summary: JsonObject
    clusterings: list[ClusteringOut]
    files: list[str]
    links: dict[str, str]


class SampleRef(Out):
    """A sample named by a cluster; `image` leads to its picture."""

    index: int
    image: str | None


class PrototypeOut(Out):
    """Where a cluster's prototype is: its latent vector, and its decoded form where there is one."""

    center: list[float | None] | None
    vector: str
    decoded: str | None
    image: str | None


class ClusterOut(Out):
    """A cluster and what stands for it.

    `typical` are the members nearest to its center, `boundary` those nearest to another one, `confident`
    those of the largest soft assignment: none where the method has no such, null of older results.
    """

    cluster: int
    size: int
    share: float
    dispersion: float | None
    silhouette: float | None
    nearest: JsonObject | None
    purity: JsonObject | None
    prototype: PrototypeOut
    medoid: SampleRef | None
    typical: list[SampleRef]
    boundary: list[SampleRef]
    confident: list[SampleRef] | None
    links: dict[str, str]


class MemberOut(Out):
    """A member of a cluster: confidence, margin to the nearest other center, distance to the own one.

    `distance` is null of results that were stored before it was.
    """

    index: int
    confidence: float | None
    margin: float | None
    distance: float | None
    image: str | None


class ResultSampleOut(Out):
    """Everything a result says of one sample."""

    index: int
    id: str | None
    cluster: int
    confidence: float | None
    margin: float | None
    distance: float | None
    soft: list[float] | None
    embedding: list[float] | None
    projection: list[float] | None
    labels: dict[str, str]
    image: str | None


class ConfusionOut(Out):
    """Counts of samples by cluster (rows) and given label (columns)."""

    column: str
    clusters: list[int]
    labels: list[str]
    counts: list[list[int]]
    matched: dict[str, str]


class AgreementOut(Out):
    """How alike m clusterings are: (m, m) of each measure, in the order of their names.

    A consensus compares the clusterings that it merges, DECCS the members of its ensemble at the vote that it
    kept; null where two label no sample in common.
    """

    names: list[str]
    nmi: list[list[float | None]]
    ari: list[list[float | None]]
    vi: list[list[float | None]]


def clustering_out(clustering: Clustering) -> ClusteringOut:
    """The wire form of a row."""
    names = [name for name in ClusteringOut.model_fields if name != "heaviest"]
    told = {name: getattr(clustering, name) for name in names}
    return ClusteringOut(heaviest=heaviest(clustering.weights), **told)


def heaviest(weights: list[float] | None) -> list[int] | None:
    """Up to two dimensions, the heaviest first, of equal ones the first."""
    return None if weights is None else sorted(range(len(weights)), key=lambda i: -weights[i])[:2]


def cluster_out(cluster: Cluster, *, link: Callable[..., str], images: str | None) -> ClusterOut:
    """The wire form of a row.

    Args:
        link: address of a part of the result, from its path and query.
        images: address of the dataset's samples, of images only.
    """
    at = f"clusters/{cluster.index}"

    def ref(index: int) -> SampleRef:
        return SampleRef(index=index, image=f"{images}/{index}/image" if images else None)

    decoded = cluster.decoded is not None
    prototype = PrototypeOut(
        center=cluster.center,
        vector=link(f"{at}/prototype.npy", "space=latent"),
        decoded=link(f"{at}/prototype.npy") if decoded else None,
        image=link(f"{at}/prototype.png") if decoded and images else None,
    )
    same = {
        name: getattr(cluster, name)
        for name in ("size", "share", "dispersion", "silhouette", "nearest", "purity")
    }
    return ClusterOut(
        cluster=cluster.index,
        prototype=prototype,
        medoid=None if cluster.medoid is None else ref(cluster.medoid),
        typical=[ref(index) for index in cluster.typical],
        boundary=[ref(index) for index in cluster.boundary],
        confident=None if cluster.confident is None else [ref(index) for index in cluster.confident],
        links={"members": link(f"{at}/members")},
        **same,
    )
