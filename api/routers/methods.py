"""Methods: what can be run, with which parameters."""

from fastapi import APIRouter, Depends, Request

from api import paging
from api.answers import Json
from api.auth import ANYONE
from api.deps import known_query
from api.errors import Refusal
from api.refusals import refusals
from api.schemas.base import PageOut
from api.schemas.methods import MethodOut, method_out
from clustering.params import PARAMS

router = APIRouter(prefix="/v1/methods", tags=["methods"], dependencies=[Depends(known_query), ANYONE])


@router.get("", response_model=PageOut[MethodOut], responses=refusals())
async def list_methods(request: Request) -> Json:
    """All methods with their parameters' JSON schema, defaults and papers."""
    rows = [method_out(name, params).model_dump() for name, params in sorted(PARAMS.items())]
    return paging.listing(request, rows, has_more=False, last=0)


@router.get("/{name}", response_model=MethodOut, responses=refusals("not_found"))
async def get_method(name: str) -> Json:
    """One method."""
    if name not in PARAMS:
        raise Refusal("not_found", f"There is no method {name!r}.", accepted=sorted(PARAMS))
    return Json(method_out(name, PARAMS[name]))
