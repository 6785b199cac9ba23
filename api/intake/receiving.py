"""Receiving an upload: the first bytes decide whether the rest is taken, and nothing is held whole."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.errors import Refusal
from api.intake.multipart import read_parts
from api.intake.parsing import parse
from api.intake.sniff import HEAD_BYTES, MEDIA_TYPES, declared, recognize
from api.schemas.datasets import UploadMeta
from models.catalog import Upload
from models.ids import new_id
from models.store import Store

BLOCK_BYTES = 2**20
QUERY_LISTS = ("label_columns",)
QUERY_SIZES = ("resize", "image_shape")
QUERIED = UploadMeta.model_fields.keys() - {"options"}


@dataclass(frozen=True)
class Arriving:
    """An upload on its way: what its sender says of it, and its bytes."""

    meta: UploadMeta
    said: str | None
    filename: str | None
    body: AsyncIterator[bytes]


async def arriving(request: Request) -> Arriving:
    """The upload that a request carries, its bytes not yet read.

    Raises:
        Refusal: unsupported_media_type, bad_request, invalid_request.
        RequestValidationError: `meta` or the query is not valid.
    """
    content_type = request.headers.get("content-type", "")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refusal("unsupported_media_type", "Content-Encoding is not accepted; send the file as it is.")
    if content_type.lower().startswith("multipart/form-data"):
        if request.query_params:
            raise Refusal(
                "bad_request", "With a multipart body the options go into `meta`, not into the query."
            )
        parts = await read_parts(content_type, request.stream())
        said = declared(parts.media_type, parts.filename)
        return Arriving(parse(UploadMeta, parts.meta or b"{}", "meta"), said, parts.filename, parts.body)
    said = declared(content_type, None)
    if said is None:
        accepted = ["multipart/form-data", "application/json", *sorted(MEDIA_TYPES)]
        raise Refusal("unsupported_media_type", "Content-Type must say what the body is.", accepted=accepted)
    return Arriving(_query(request), said, None, request.stream())


async def receive(store: Store, coming: Arriving, *, limit: int) -> Upload:
    """Write an upload to the store, durably; if it is refused or breaks off, nothing is left.

    Raises:
        Refusal: invalid_upload, unsupported_media_type, body_too_large.
        StorageFull.
    """
    blocks = _blocks(coming.body)
    head = await anext(blocks, b"")
    form = recognize(head[:HEAD_BYTES], coming.said)
    dataset_id = new_id("ds")
    key = f"uploads/{dataset_id}"
    async with store.aput(key) as put:
        await put.write(head)
        async for block in blocks:
            if put.size_bytes + len(block) > limit:
                raise Refusal("body_too_large", f"The file is larger than {limit} bytes.", limit_bytes=limit)
            await put.write(block)
    meta = coming.meta
    return Upload(
        id=dataset_id,
        name=meta.name or _stem(coming.filename) or dataset_id,
        format=form,
        options=meta.reading(),
        upload_key=key,
        upload_sha256=put.stored.sha256,
        size_bytes=put.stored.size_bytes,
        labels=meta.labels,
    )


async def _blocks(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in blocks of about a MiB; none is empty."""
    held: list[bytes] = []
    size = 0
    async for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= BLOCK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if size:
        yield b"".join(held)


def _query(request: Request) -> UploadMeta:
    given: dict[str, Any] = {}
    for name, value in request.query_params.items():
        if name.startswith("label."):
            given.setdefault("labels", {})[name.removeprefix("label.")] = value
        elif name in QUERY_LISTS:
            given[name] = value.split(",")
        elif name in QUERY_SIZES:
            given[name] = value.replace("x", ",").split(",")
        else:
            given[name] = value
    unknown = sorted(given.keys() - QUERIED)
    if unknown:
        detail = f"Unknown query parameter {unknown[0]!r}."
        raise Refusal("unknown_parameter", detail, accepted=[*sorted(QUERIED - {"labels"}), "label.*"])
    try:
        return UploadMeta.model_validate(given)
    except ValidationError as error:
        found = [{**one, "loc": ("query", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(found) from error


def _stem(filename: str | None) -> str | None:
    stem = (filename or "").replace("\\", "/").rpartition("/")[2]
    stem = stem.rpartition(".")[0] or stem
    return "".join(letter for letter in stem if letter.isprintable())[:200].strip() or None
