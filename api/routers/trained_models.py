"""Trained models: list, look, fetch, delete."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import downloads, paging
from api.answers import Json
from api.auth import ModelReader, ModelWriter
from api.deps import House, known_query
from api.errors import Refusal
from api.refusals import refusals
from api.schemas.base import PageOut
from api.schemas.models import ModelOut, model_out
from models import deletion, queries

router = APIRouter(prefix="/v1/models", tags=["models"], dependencies=[Depends(known_query)])


@router.get("", response_model=PageOut[ModelOut], responses=refusals("bad_request"))
def list_models(request: Request, caller: ModelReader, services: House, page: paging.Paging) -> Json:
    """The project's trained models, newest first."""
    with services.database.read() as session:
        found = queries.list_models(session, caller.project_id, page)
        project_id = caller.project_id
        rows = [
            model_out(model, queries.model_files(session, project_id, model.id)).model_dump()
            for model in found.rows
        ]
    return paging.listing(request, rows, has_more=found.has_more, last=found.next, total=found.total)


@router.get("/{model_id}", response_model=ModelOut, responses=refusals("not_found"))
def get_model(model_id: str, caller: ModelReader, services: House) -> Json:
    """One trained model: what it accepts, what built it, its files."""
    with services.database.read() as session:
        model = queries.get_model(session, caller.project_id, model_id)
        files = queries.model_files(session, caller.project_id, model_id)
    return Json(model_out(model, files))


@router.delete(
    "/{model_id}", status_code=202, response_model=ModelOut, responses=refusals("not_found", "in_use")
)
def delete_model(model_id: str, caller: ModelWriter, services: House) -> Json:
    """Delete a trained model that no live job starts from; its files go soon after, its job stays."""
    with services.database.write() as session:
        files = queries.model_files(session, caller.project_id, model_id)
        model = deletion.delete_model(session, caller.project_id, model_id)
        session.commit()
    return Json(model_out(model, files), 202)


@router.get(
    "/{model_id}/files/{name}",
    response_class=Response,
    responses={**downloads.FILE, **refusals("not_found", "range_not_satisfiable")},
)
def get_model_file(
    model_id: str, name: str, request: Request, caller: ModelReader, services: House
) -> Response:
    """A file of a trained model: safetensors, or its configuration as JSON."""
    with services.database.read() as session:
        files = {file.name: file for file in queries.model_files(session, caller.project_id, model_id)}
    if name not in files:
        raise Refusal("not_found", f"Model {model_id} has no file {name!r}.", files=sorted(files))
    return downloads.send(request, services.store, files[name])
