"""POST /v1/datasets: bytes before row, row before bell."""

from typing import Any

import structlog
from anyio import to_thread
from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.answers import etag
from api.auth import Caller, DatasetWriter
from api.deps import House
from api.errors import Refusal
from api.idempotency import Idempotent, Once, Reply, fingerprint, perform
from api.intake.inline import arriving_inline
from api.intake.receiving import arriving, receive
from api.intake.sniff import MEDIA_TYPES
from api.refusals import component, refusals
from api.schemas.datasets import DatasetOut, InlineDataset, UploadMeta, dataset_out
from api.services import Services
from models import catalog
from models.catalog import Upload
from models.errors import ModelsError
from worker.bell import bell

router = APIRouter(prefix="/v1/datasets", tags=["datasets"])

log = structlog.get_logger()

INGEST = "ingest"
BINARY = {"schema": {"type": "string", "format": "binary"}}
BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "meta": component(UploadMeta),
                    "file": {"type": "string", "format": "binary"},
                },
            }
        },
        "application/json": {"schema": component(InlineDataset)},
        **dict.fromkeys(MEDIA_TYPES, BINARY),
    },
}
REFUSALS = refusals(
    "bad_request",
    "body_too_large",
    "unsupported_media_type",
    "invalid_upload",
    "storage_full",
    "idempotency_key_reused",
)


@router.post(
    "",
    status_code=202,
    response_model=DatasetOut,
    responses={200: {"model": DatasetOut, "description": "The same upload is there already"}, **REFUSALS},
    openapi_extra={"requestBody": BODY},
)
async def create_dataset(
    request: Request, caller: DatasetWriter, services: House, once: Idempotent
) -> Response:
    """Upload a dataset: npy, npz, CSV, Parquet or a zip of images.

    As multipart (`meta` as JSON first, then `file`), as the raw file with its Content-Type and the
    options in the query, or as JSON with inline rows. Answers 202 while the content is checked.
    """
    await to_thread.run_sync(_refuse_when_full, services)
    if request.headers.get("content-type", "").lower().startswith("application/json"):
        coming = await arriving_inline(request)
    else:
        coming = await arriving(request)
    upload = await receive(services.store, coming, limit=services.settings.max_upload_bytes)
    reply, kept = await to_thread.run_sync(_register, services, caller, upload, once)
    if not kept:
        await to_thread.run_sync(services.store.delete, upload.upload_key)
    log.info("dataset.accepted", dataset_id=reply.body["id"], size_bytes=upload.size_bytes, stored=kept)
    for pool in reply.rings:
        bell.ring(pool)
    return reply.answer()


def _refuse_when_full(services: Services) -> None:
    free, least = services.store.free_fraction(), services.settings.min_free_share
    if free is not None and free < least:
        detail = f"{free:.1%} of the store's disk is free; uploads are accepted from {least:.0%} on."
        raise Refusal("storage_full", detail, hint="Delete datasets and jobs that are not needed any more.")


def _register(services: Services, caller: Caller, upload: Upload, once: Once) -> tuple[Reply, bool]:
    """The reply, and whether the uploaded bytes are those of the dataset it shows."""

    def act(session: Session) -> Reply:
        dataset, created = catalog.register(session, caller.project_id, upload)
        body = dataset_out(dataset).model_dump(mode="json")
        headers = {"ETag": etag(dataset.version), "Location": f"/v1/datasets/{dataset.id}"}
        if not created:
            return Reply(200, body, {**headers, "Deduplicated": "true"})
        return Reply(202, body, {**headers, "Retry-After": "1"}, rings=(INGEST,))

    named = None if upload.name == upload.id else upload.name
    same = fingerprint(upload.upload_sha256, named, upload.format, upload.options, upload.labels)
    try:
        reply = perform(services, caller.project_id, once, same=same, act=act)
    except ModelsError:
        services.store.delete(upload.upload_key)
        raise
    return reply, str(reply.body["id"]) == upload.id
