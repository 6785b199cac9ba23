"""Datasets: list, look, change, delete."""

from functools import partial
from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api import paging
from api.answers import Json, etag, pick
from api.auth import DatasetReader, DatasetWriter
from api.conditional import ExpectedVersion, KnownTags, not_modified, unchanged
from api.deps import House, known_query
from api.prefer import WaitS, applied
from api.refusals import refusals
from api.schemas.base import PageOut
from api.schemas.datasets import HEAVY, DatasetOut, DatasetPatch, DatasetRow, dataset_out
from api.services import Services
from api.waiting import Watch, until
from models import catalog
from models.catalog import DatasetFilters
from models.dataset import DatasetState

router = APIRouter(prefix="/v1/datasets", tags=["datasets"], dependencies=[Depends(known_query)])

POLL_S = "1"


@router.get("", response_model=PageOut[DatasetRow], responses=refusals("bad_request"))
def list_datasets(
    request: Request,
    caller: DatasetReader,
    services: House,
    page: paging.Paging,
    common: paging.Filters,
    state: Annotated[str | None, Query(description="Comma-separated states.")] = None,
    kind: Annotated[Literal["vectors", "images"] | None, Query()] = None,
    include: Annotated[str | None, Query(description="Heavy fields to show: options, report.")] = None,
) -> Json:
    """The project's datasets, newest first, without their heavy fields unless `include` names them."""
    hidden = HEAVY - paging.words(include, sorted(HEAVY), parameter="include")
    states = paging.words(state, list(DatasetState), parameter="state")
    chosen = DatasetFilters(states=sorted(states), kind=kind, **vars(common))
    with services.database.read() as session:
        found = catalog.list_datasets(session, caller.project_id, page, chosen)
    rows = [dataset_out(row).model_dump(exclude=set(hidden)) for row in found.rows]
    return paging.listing(request, rows, has_more=found.has_more, last=found.next, total=found.total)


@router.get(
    "/{dataset_id}",
    response_model=DatasetOut,
    responses={304: {"description": "Unchanged"}, **refusals("not_found", "ambiguous_name")},
)
async def get_dataset(
    dataset_id: str, caller: DatasetReader, services: House, known: KnownTags, wait_s: WaitS
) -> Response:
    """One dataset, by id or unique name; with If-None-Match and `Prefer: wait=n` when it changes."""
    read = partial(_read, services, caller.project_id, dataset_id)
    found, heard = await to_thread.run_sync(read), {}
    if wait_s and unchanged(known, etag(found.version)) and found.state is DatasetState.VALIDATING:
        watch = Watch(found.id, read, lambda seen: not unchanged(known, etag(seen.version)))
        found, heard = await until(services, caller.project_id, watch, wait_s), applied(wait_s)
    headers = {"ETag": etag(found.version), **heard}
    if found.state is DatasetState.VALIDATING:
        headers["Retry-After"] = POLL_S
    if unchanged(known, etag(found.version)):
        answer = not_modified(etag(found.version))
        answer.headers.update(headers)
        return answer
    return Json(pick(found, None), headers=headers)


@router.patch(
    "/{dataset_id}",
    response_model=DatasetOut,
    responses=refusals("not_found", "precondition_failed", "unsupported_media_type"),
)
def change_dataset(
    dataset_id: str, body: DatasetPatch, caller: DatasetWriter, services: House, version: ExpectedVersion
) -> Json:
    """Rename or relabel a dataset; its content never changes."""
    with services.database.write() as session:
        dataset = catalog.edit(
            session, caller.project_id, dataset_id, name=body.name, labels=body.labels, version=version
        )
        session.commit()
        return Json(dataset_out(dataset), headers={"ETag": etag(dataset.version)})


@router.delete(
    "/{dataset_id}",
    status_code=202,
    response_model=DatasetOut,
    responses=refusals("not_found", "in_use", "precondition_failed"),
)
def delete_dataset(dataset_id: str, caller: DatasetWriter, services: House, version: ExpectedVersion) -> Json:
    """Delete a dataset that no live job uses; its bytes go soon after."""
    with services.database.write() as session:
        dataset = catalog.delete(session, caller.project_id, dataset_id, version=version)
        session.commit()
        return Json(dataset_out(dataset), 202, headers={"ETag": etag(dataset.version)})


def _read(services: Services, project_id: str, dataset_id: str) -> DatasetOut:
    with services.database.read() as session:
        return dataset_out(catalog.find(session, project_id, dataset_id))
