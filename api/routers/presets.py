"""Presets: experiments of papers that a job can repeat by name."""

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api import paging
from api.answers import Json
from api.auth import ANYONE
from api.deps import known_query
from api.errors import Refusal
from api.presets import close_names
from api.refusals import refusals
from api.schemas.base import JsonObject, PageOut
from api.schemas.presets import PresetOut, preset_out
from clustering.presets import PRESETS

router = APIRouter(prefix="/v1/presets", tags=["presets"], dependencies=[Depends(known_query), ANYONE])


@cache
def _rows() -> list[JsonObject]:
    return [preset_out(preset).model_dump() for preset in PRESETS.values()]


@router.get("", response_model=PageOut[PresetOut], responses=refusals("bad_request"))
async def list_presets(
    request: Request,
    method: Annotated[str | None, Query(description="Comma-separated methods.")] = None,
    family: Annotated[
        str | None, Query(description="Comma-separated papers, by the names' first part.")
    ] = None,
) -> Json:
    """All presets, each with its whole spec and what the paper reports of it."""
    rows = every = _rows()
    for field, given in (("method", method), ("family", family)):
        kept = paging.words(given, sorted({row[field] for row in every}), parameter=field)
        rows = [row for row in rows if not kept or row[field] in kept]
    return paging.listing(request, rows, has_more=False, last=0)


@router.get("/{family}/{preset}", response_model=PresetOut, responses=refusals("not_found"))
async def get_preset(family: str, preset: str) -> Json:
    """One preset."""
    name = f"{family}/{preset}"
    if name not in PRESETS:
        raise Refusal("not_found", f"There is no preset {name!r}.", accepted=close_names(name))
    return Json(preset_out(PRESETS[name]))
