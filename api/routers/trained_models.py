"""Trained models: list, look, fetch, predict with, delete."""

from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api import downloads, paging, predictions
from api.answers import Json
from api.auth import Caller, JobWriter, ModelReader, ModelWriter
from api.deps import House, known_query
from api.errors import Refusal
from api.idempotency import Idempotent, Once, Reply, fingerprint, perform
from api.prefer import WaitS
from api.refusals import refusals
from api.routers.jobs import SUBMITTING, accepted, answered
from api.schemas.base import PageOut
from api.schemas.jobs import JobOut
from api.schemas.models import ModelOut, PredictionCreate, model_out
from api.services import Services
from models import deletion, lifecycle, queries

router = APIRouter(prefix="/v1/models", tags=["models"], dependencies=[Depends(known_query)])


@router.get("", response_model=PageOut[ModelOut], responses=refusals("bad_request"))
def list_models(request: Request, caller: ModelReader, services: House, page: paging.Paging) -> Json:
    """The project's trained models, newest first."""
    with services.database.read() as session:
        found = queries.list_models(session, caller.project_id, page)
        files = queries.files_of_models(session, found.rows)
    rows = [model_out(model, files[model.id]).model_dump() for model in found.rows]
    return paging.listing(request, rows, has_more=found.has_more, last=found.next, total=found.total)


@router.get("/{model_id}", response_model=ModelOut, responses=refusals("not_found"))
def get_model(model_id: str, caller: ModelReader, services: House) -> Json:
    """One trained model: what it accepts, what built it, its files."""
    with services.database.read() as session:
        model = queries.get_model(session, caller.project_id, model_id)
        files = queries.model_files(session, caller.project_id, model_id)
    return Json(model_out(model, files))


@router.post(
    "/{model_id}/predictions",
    status_code=202,
    response_model=JobOut,
    responses={201: {"model": JobOut}, **SUBMITTING},
)
async def predict(
    model_id: str,
    body: PredictionCreate,
    caller: JobWriter,
    services: House,
    *,
    once: Idempotent,
    wait_s: WaitS,
) -> Response:
    """Assign the samples of a dataset to a trained model's clusters.

    `POST /v1/models/mdl_…/predictions {"dataset": "new-digits"}` answers 202 with a job of kind `predict`,
    or 201 with `Prefer: wait=n` if it ends in time. Its result is like that of the job that trained the
    model, of each clustering: labels, soft assignments where the method has them, clusters, embeddings.
    """
    submit = partial(_submit, services, caller, model_id, body=body, once=once)
    return await answered(services, caller, await to_thread.run_sync(submit), wait_s=wait_s)


def _submit(
    services: Services, caller: Caller, model_id: str, *, body: PredictionCreate, once: Once
) -> Reply:
    def act(session: Session) -> Reply:
        asked = predictions.prepare(session, services, caller.project_id, model_id, body)
        return accepted(session, lifecycle.submit(session, caller.project_id, asked))

    same = fingerprint("predict", model_id, body.model_dump(mode="json"))
    return perform(services, caller.project_id, once, same=same, act=act)


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
