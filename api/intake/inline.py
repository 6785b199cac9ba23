"""Datasets sent inside the request as rows of numbers."""

import io
from collections.abc import AsyncIterator

import numpy as np
from fastapi import Request

from api.errors import Refusal
from api.intake.parsing import parse
from api.intake.receiving import Arriving
from api.schemas.datasets import InlineDataset, UploadMeta

MAX_BYTES = 2**20


async def arriving_inline(request: Request) -> Arriving:
    """The rows of a JSON body as an npy file of float64.

    Raises:
        Refusal: body_too_large, invalid_upload (ragged rows).
        RequestValidationError.
    """
    if request.query_params:
        raise Refusal(
            "bad_request", "With a JSON body everything goes into the body, nothing into the query."
        )
    text = b""
    async for chunk in request.stream():
        text += chunk
        if len(text) > MAX_BYTES:
            detail = f"Inline rows take at most {MAX_BYTES} bytes; send a file instead."
            raise Refusal("body_too_large", detail, limit_bytes=MAX_BYTES)
    asked = parse(InlineDataset, text)
    rows = asked.source.rows
    width = len(rows[0])
    for place, row in enumerate(rows):
        if len(row) != width:
            entry = {
                "pointer": f"/source/rows/{place}",
                "code": "ragged",
                "message": f"{len(row)} values, not {width}",
            }
            detail = f"Row {place} has {len(row)} values; the first one has {width}."
            raise Refusal("invalid_upload", detail, errors=[entry])
    out = io.BytesIO()
    np.lib.format.write_array(out, np.array(rows, dtype=np.float64), allow_pickle=False)
    meta = UploadMeta(name=asked.name, labels=asked.labels)
    return Arriving(meta, "npy", None, _once(out.getvalue()))


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
