"""Results a cluster: prototypes, members, the picture of all, and the whole at a glance."""

from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api import downloads, images, paging
from api.answers import IMMUTABLE, Json
from api.conditional import KnownTags, not_modified, unchanged, versioned
from api.deps import known_query
from api.errors import Refusal
from api.refusals import refusals
from api.results import confusion as counting
from api.results import members as membership
from api.results.finished import Finished, Result
from api.results.sample import describe
from api.schemas.base import PageOut
from api.schemas.results import (
    AgreementOut,
    ClusterOut,
    ConfusionOut,
    MemberOut,
    ResultSampleOut,
    SummaryOut,
    cluster_out,
    clustering_out,
)
from api.tables.formats import MEDIA, choose
from api.tables.npy import header
from models import queries
from models.cluster import Cluster

router = APIRouter(prefix="/v1/jobs/{job_id}/result", tags=["results"], dependencies=[Depends(known_query)])

READING = refusals("not_found", "result_not_ready", "no_result")


def _as(*forms: str) -> dict[int | str, dict[str, Any]]:
    content: dict[str, Any] = {MEDIA[form]: {} for form in forms}
    return {200: {"description": "The file", "content": content}, **READING}


COMPARED = "agreement.json"
OF_ANY_JOB = {
    "embeddings": "embeddings.npy",
    "projections/pca": "projection-pca.parquet",
    "curves": "curves.parquet",
    "agreement": COMPARED,
}
OF_A_CLUSTERING = {
    "labels": "labels-{}.parquet",
    "soft": "soft-{}.npy",
    "gallery.png": "prototypes-{}.png",
    "projections/heaviest": "projection-heaviest-{}.parquet",
}


@router.get("/summary", response_model=SummaryOut, responses=READING)
def summary(result: Result, known: KnownTags) -> Response:
    """The result at a glance: sizes, metrics without labels, agreement with given labels, warnings."""
    tags = versioned(result.job.version)
    if unchanged(known, tags["ETag"]):
        return not_modified(tags["ETag"])
    facts, one = result.job.summary or {}, result.clustering
    view = SummaryOut(
        job=result.job.id,
        dataset=result.job.dataset_id,
        n=facts.get("n"),
        n_clusters=one.n_clusters if one else None,
        n_outliers=one.n_outliers if one else None,
        sizes=[cluster.size for cluster in _clusters(result)] if one else None,
        metrics=one.metrics if one else {},
        agreement=one.agreement if one else {},
        warnings=one.warnings if one else [],
        summary=facts,
        clusterings=[clustering_out(row) for row in result.clusterings],
        files=sorted(result.files),
        links={name: result.link(name) for name in _parts(result)},
    )
    return Json(view, headers=tags)


@router.get("/clusters", response_model=PageOut[ClusterOut], responses=READING)
def clusters(request: Request, result: Result) -> Json:
    """All clusters with their prototypes, medoids and most typical samples."""
    rows = [
        cluster_out(row, link=result.link, images=result.images).model_dump() for row in _clusters(result)
    ]
    return paging.listing(request, rows, has_more=False, last=0)


@router.get("/clusters/{index}", response_model=ClusterOut, responses=READING)
def cluster(index: int, result: Result) -> Json:
    """One cluster."""
    return Json(cluster_out(_cluster(result, index), link=result.link, images=result.images))


@router.get("/clusters/{index}/prototype", response_class=Response, responses=_as("png", "webp", "npy"))
def prototype(index: int, request: Request, result: Result) -> Response:
    """A cluster's prototype: its decoded picture or values, else its latent vector, by Accept."""
    row = _cluster(result, index)
    pictured = row.decoded is not None and result.images is not None
    form = choose(request, None, ("png", "webp", "npy") if pictured else ("npy",))
    return _prototype(result, row, form, "decoded" if row.decoded else "latent")


@router.get("/clusters/{index}/prototype.npy", response_class=Response, responses=_as("npy"))
def prototype_values(
    index: int,
    result: Result,
    space: Annotated[Literal["decoded", "latent"], Query(description="decoded: as a sample.")] = "decoded",
) -> Response:
    """A cluster's prototype as npy: in the shape of a sample, or its latent vector (d,)."""
    return _prototype(result, _cluster(result, index), "npy", space)


@router.get("/clusters/{index}/prototype.png", response_class=Response, responses=_as("png"))
def prototype_picture(index: int, result: Result) -> Response:
    """A cluster's decoded prototype as a picture."""
    return _prototype(result, _cluster(result, index), "png", "decoded")


@router.get("/clusters/{index}/members", response_model=PageOut[MemberOut], responses=READING)
def members(
    index: int,
    request: Request,
    result: Result,
    order: Annotated[membership.Order, Query(description="Which members come first.")] = "typical",
    after: Annotated[int, Query(ge=-1, description="Members that follow this place in the order.")] = -1,
    limit: Annotated[int, Query(description="Members of a page; brought into 1…500.")] = 50,
) -> Json:
    """The members of a cluster (−1: samples without one) in an order of their own."""
    if index != -1:
        _cluster(result, index)
    found = membership.ordered(result, index, order)
    start = after + 1
    stop = start + min(max(limit, 1), paging.MAX_LIMIT)
    rows = [row.model_dump() for row in membership.rows(result, found, start, stop)]
    return paging.listing(request, rows, has_more=stop < len(found.index), last=stop - 1)


@router.get("/samples/{index}", response_model=ResultSampleOut, responses=READING)
def sample(index: int, result: Result) -> Json:
    """Everything the result says of one sample."""
    return Json(describe(result, index))


@router.get("/confusion", response_model=ConfusionOut, responses=READING)
def confusion(
    result: Result,
    column: Annotated[str | None, Query(description="Label column; default: the first.")] = None,
) -> Json:
    """Clusters × given labels, each cluster matched to a label of its own by the Hungarian method."""
    return Json(counting.table(result, column))


@router.get("/agreement", response_model=AgreementOut, responses=READING)
def agreement(result: Result) -> Json:
    """How alike the clusterings of the job are, pair by pair: NMI, ARI, variation of information in nats.

    Of a consensus, those that it has merged; of DECCS, those of its members.
    """
    if len(result.clusterings) < 2 and COMPARED not in result.files:
        detail = (
            f"{result.job.id} yields {len(result.clusterings)} clustering(s); at least 2 can be compared."
        )
        raise Refusal("not_found", detail, clusterings=[one.index for one in result.clusterings])
    file = result.file(COMPARED, missing="The job did not compare its clusterings.")
    return Json(AgreementOut.model_validate_json(result.services.store.get(file.key)))


@router.get("/gallery.png", response_class=Response, responses=READING)
def gallery(request: Request, result: Result) -> Response:
    """A row a cluster: its prototype, the members nearest to the center, the most confident (images only)."""
    missing = "There is no picture: the samples are not images, or the job was not asked for it."
    return downloads.send(
        request, result.services.store, result.file(f"prototypes-{result.one.index}.png", missing=missing)
    )


def _parts(result: Finished) -> list[str]:
    """What of the result there is to fetch."""
    one, files = result.clustering, result.files
    parts = [part for part, file in OF_ANY_JOB.items() if file in files]
    if one is None:
        return parts
    parts += [part for part, file in OF_A_CLUSTERING.items() if file.format(one.index) in files]
    labelled = result.dataset is not None and result.dataset.label_columns and "labels" in parts
    return [*parts, "clusters", *(["confusion"] if labelled else [])]


def _clusters(result: Finished) -> "list[Cluster]":
    with result.services.database.read() as session:
        job = result.job
        return list(queries.clusters(session, job.project_id, job.id, clustering=result.one.index))


def _cluster(result: Finished, index: int) -> Cluster:
    found = {row.index: row for row in _clusters(result)}
    if index not in found:
        raise Refusal("not_found", f"There is no cluster {index}.", clusters=sorted(found))
    return found[index]


def _prototype(result: Finished, row: Cluster, form: str, space: str) -> Response:
    headers = {"Cache-Control": IMMUTABLE, "Vary": "Accept"}
    if space == "latent":
        if row.center is None:
            raise Refusal("not_found", f"Cluster {row.index} has no latent center.")
        values = np.array(row.center, dtype=np.float32)
    else:
        if row.decoded is None:
            raise Refusal("not_found", f"{result.job.method} decodes no prototypes.", available=["latent"])
        file = result.file(row.decoded, missing="The decoded prototypes are not among the files.")
        values = result.services.npy.open(file.key).rows(row.index, row.index + 1)[0]
    if form == "npy":
        values = np.ascontiguousarray(values)
        return Response(
            header(values.dtype, values.shape) + values.tobytes(), headers=headers, media_type=MEDIA["npy"]
        )
    if result.images is None or values.ndim != 3:
        raise Refusal("not_images", "Only prototypes of images have a picture.")
    picture = images.fit(images.to_image(values), max(128, *values.shape[:2]))
    return Response(images.encode(picture, form), headers=headers, media_type=MEDIA[form])
