"""The samples of a dataset: values, given labels, pictures, and the report."""

from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api import images, paging, samples
from api.answers import IMMUTABLE, PRIVATE, Json
from api.auth import Caller, DatasetReader
from api.conditional import not_modified
from api.deps import House, known_query
from api.errors import Refusal
from api.refusals import refusals
from api.schemas.base import JsonObject, PageOut
from api.schemas.datasets import SampleOut
from api.services import Services
from api.tables.formats import MEDIA, choose
from models import catalog
from models.dataset import Dataset

router = APIRouter(prefix="/v1/datasets/{dataset_id}", tags=["datasets"], dependencies=[Depends(known_query)])

READING = refusals("not_found", "dataset_not_ready", "dataset_rejected")
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}, "image/webp": {}}},
    **refusals("not_found", "dataset_not_ready", "dataset_rejected", "not_images", "not_acceptable"),
}
MAX_VALUES = 1_000_000
PREVIEWED = 100


@router.get("/samples", response_model=PageOut[SampleOut], responses=READING)
def list_samples(
    dataset_id: str,
    request: Request,
    caller: DatasetReader,
    services: House,
    after: Annotated[int, Query(ge=-1, description="Samples that follow this index.")] = -1,
    limit: Annotated[int, Query(description="Samples of a page; brought into 1…500.")] = 50,
) -> Json:
    """Samples in their order, with their given labels; vectors with their values."""
    dataset = _dataset(services, caller, dataset_id)
    start = after + 1
    stop = start + min(max(limit, 1), paging.MAX_LIMIT)
    rows = [sample.model_dump() for sample in _samples(services, dataset, start, stop)]
    more = bool(rows) and start + len(rows) < (dataset.n or 0)
    return paging.listing(request, rows, has_more=more, last=start + len(rows) - 1)


@router.get("/samples/{index}", response_model=SampleOut, responses=READING)
def get_sample(dataset_id: str, index: int, caller: DatasetReader, services: House) -> Json:
    """One sample."""
    dataset = _dataset(services, caller, dataset_id)
    samples.check_index(index, samples.values(services.npy, dataset).shape[0])
    (sample,) = _samples(services, dataset, index, index + 1)
    return Json(sample)


@router.get("/samples/{index}/image", response_class=Response, responses=PICTURE)
def get_picture(
    dataset_id: str,
    index: int,
    request: Request,
    caller: DatasetReader,
    services: House,
    size: Annotated[Literal["64", "128", "256"] | None, Query(description="Longer side in pixels.")] = None,
) -> Response:
    """One image, as PNG or (by Accept) WebP."""
    form = choose(request, None, ("png", "webp"))
    dataset = _dataset(services, caller, dataset_id)
    tag = f'"{dataset.content_sha256}-{index}-{size}-{form}"'
    if tag in request.headers.get("if-none-match", ""):
        return not_modified(tag, cache=_lasting(dataset, dataset_id))
    pixels = samples.picture(services.npy, dataset, index)
    image = images.fit(images.to_image(pixels), int(size) if size else None)
    headers = {"ETag": tag, "Cache-Control": _lasting(dataset, dataset_id), "Vary": "Accept"}
    return Response(images.encode(image, form), headers=headers, media_type=MEDIA[form])


@router.get("/preview", response_class=Response, responses=PICTURE)
def preview(dataset_id: str, request: Request, caller: DatasetReader, services: House) -> Response:
    """A contact sheet of up to 100 images, drawn evenly from the dataset."""
    form = choose(request, None, ("png", "webp"))
    dataset = _dataset(services, caller, dataset_id)
    longer = max(samples.picture(services.npy, dataset, 0).shape[:2])
    n = dataset.n or 1
    chosen = np.linspace(0, n - 1, min(n, PREVIEWED)).astype(int).tolist()
    pictures = (samples.picture(services.npy, dataset, index) for index in chosen)
    sheet = images.contact_sheet(pictures, len(chosen), min(64, max(32, longer)))
    headers = {"Cache-Control": _lasting(dataset, dataset_id), "Vary": "Accept"}
    return Response(images.encode(sheet, form), headers=headers, media_type=MEDIA[form])


@router.get("/stats", response_model=JsonObject, responses=READING)
def stats(dataset_id: str, caller: DatasetReader, services: House) -> Json:
    """What was found while the dataset was read: NaN, constant columns, duplicates, label counts."""
    dataset = _dataset(services, caller, dataset_id)
    samples.canonical(dataset, "x.npy")
    return Json({"dataset": dataset.id, "n": dataset.n, "shape": dataset.shape, "report": dataset.report})


def _lasting(dataset: Dataset, named: str) -> str:
    """How long a picture may be cached: for ever by id, but a name may come to mean another dataset."""
    return IMMUTABLE if named == dataset.id else PRIVATE


def _dataset(services: Services, caller: Caller, dataset_id: str) -> Dataset:
    with services.database.read() as session:
        return catalog.find(session, caller.project_id, dataset_id)


def _samples(services: Services, dataset: Dataset, start: int, stop: int) -> list[SampleOut]:
    x = samples.values(services.npy, dataset)
    stop = min(stop, x.shape[0])
    vectors = dataset.kind != "images"
    if vectors and (stop - start) * x.row_bytes > 8 * MAX_VALUES:
        raise Refusal("bad_request", f"{stop - start} samples of this width are too many for one page.")
    block = x.rows(start, stop).reshape(max(0, stop - start), -1) if vectors and stop > start else None
    labels, ids = samples.given_labels(services.store, dataset), samples.ids(services.store, dataset)
    codes = labels.rows(start, stop).to_pylist() if labels else []
    names = ids.rows(start, stop).column(0).to_pylist() if ids else []
    return [
        SampleOut(
            index=start + place,
            id=names[place] if names else None,
            labels=samples.named(dataset, codes[place]) if codes else {},
            values=block[place].tolist() if block is not None else None,
            image=None if vectors else f"/v1/datasets/{dataset.id}/samples/{start + place}/image",
        )
        for place in range(max(0, stop - start))
    ]
