"""Results a sample: labels, soft assignments, embeddings, projections, and the curves."""

from typing import Any, Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from api.answers import Json
from api.curves import chosen, curve_names, marks
from api.deps import known_query
from api.refusals import refusals
from api.results.finished import Finished, Result
from api.schemas.base import JsonObject, PageOut
from api.schemas.curves import CurvesOut
from api.tables.answer import STREAMS, Asked, TableAsked, answer
from api.tables.formats import MEDIA, choose
from api.tables.parquet import ParquetRows
from api.tables.table import from_npy, from_parquet
from models.artifact import Artifact

router = APIRouter(prefix="/v1/jobs/{job_id}/result", tags=["results"], dependencies=[Depends(known_query)])

FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA[form]: {} for form in ("json", "csv", "parquet", "npy")}}
}
READING = {**FORMS, **refusals("not_found", "result_not_ready", "no_result", "not_acceptable")}


@router.get("/labels", response_model=PageOut[JsonObject], responses=READING)
def labels(request: Request, result: Result, asked: TableAsked) -> Response:
    """index, id, cluster (−1: none), confidence, margin, distance of every sample; as npy the clusters."""
    name = f"labels-{result.one.index}.parquet"
    file = result.file(name, missing="The job stored no labels.")
    rows = ParquetRows(result.services.store, file.key)
    return answer(request, asked, from_parquet("labels", rows, result.ids, "cluster"), tag=result.tag(file))


@router.get("/soft", response_model=PageOut[JsonObject], responses=READING)
def soft(request: Request, result: Result, asked: TableAsked) -> Response:
    """Soft assignments (n, k), where the method has them."""
    missing = f"{result.job.method} gives no soft assignments, or the job was not asked for them."
    found = result.file(f"soft-{result.one.index}.npy", missing=missing)
    return _matrix(request, result, asked, "soft", found)


@router.get("/embeddings", response_model=PageOut[JsonObject], responses=READING)
def embeddings(request: Request, result: Result, asked: TableAsked) -> Response:
    """Embeddings (n, d)."""
    found = result.file("embeddings.npy", missing="The job was not asked for embeddings.")
    return _matrix(request, result, asked, "embedding", found)


@router.get("/projections/{kind}", response_model=PageOut[JsonObject], responses=READING)
def projections(
    kind: Literal["pca", "heaviest"], request: Request, result: Result, asked: TableAsked
) -> Response:
    """A map in two dimensions: index, x, y; as npy (n, 2).

    pca: the first principal components of the embeddings, whose distances mean little. heaviest: the
    embeddings along the two dimensions that weigh most in a clustering.
    """
    missing = f"The job was not asked for the projection {kind}."
    name = f"projection-{kind}.parquet"
    if kind == "heaviest":
        name = f"projection-heaviest-{result.one.index}.parquet"
        if result.one.n_dimensions is None:
            missing = (
                f"{result.job.method} weighs no dimensions of this clustering, so that none is heaviest."
            )
    file = result.file(name, missing=missing)
    rows = ParquetRows(result.services.store, file.key)
    return answer(request, asked, from_parquet(kind, rows, result.ids, "x", "y"), tag=result.tag(file))


@router.get("/curves", response_model=CurvesOut, responses=READING)
def curves(request: Request, result: Result, asked: TableAsked) -> Response:
    """The series kept over the epochs: JSON columns of equal length and marks, or one table of both."""
    file = result.file("curves.parquet", missing="The job kept no curves.")
    rows = ParquetRows(result.services.store, file.key)
    form = choose(request, asked.form, ("json", "csv", "parquet"))
    if form == "json":
        columns = rows.rows(0, rows.n).to_pydict()
        shown = chosen(columns, curve_names(columns))
        told = CurvesOut(steps=rows.n, columns=shown, marks=marks(columns))
        return Json(told, headers={"Vary": "Accept"})
    stream = STREAMS[form](from_parquet("curves", rows, None))
    headers = {"Content-Disposition": f'attachment; filename="curves.{form}"', "Vary": "Accept"}
    return StreamingResponse(stream, headers=headers, media_type=MEDIA[form])


def _matrix(request: Request, result: Finished, asked: Asked, name: str, found: Artifact) -> Response:
    table = from_npy(name, result.services.npy.open(found.key), result.ids)
    return answer(request, asked, table, tag=result.tag(found))
