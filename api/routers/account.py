"""The caller, its project's keys, and the pools."""

from fastapi import APIRouter, Depends, Request

from api import paging
from api.answers import Json
from api.auth import ANYONE, Admin, AnyCaller
from api.deps import House, known_query
from api.pools import standing
from api.refusals import refusals
from api.schemas.account import KeyOut, MeOut, PoolOut
from api.schemas.base import PageOut
from models import keys

router = APIRouter(prefix="/v1", dependencies=[Depends(known_query)])


@router.get("/me", tags=["account"], response_model=MeOut, responses=refusals())
async def me(caller: AnyCaller) -> Json:
    """Who the service takes the caller for."""
    return Json(
        MeOut(project=caller.project_id, key=caller.key_id, name=caller.name, scopes=sorted(caller.scopes))
    )


@router.get("/keys", tags=["account"], response_model=PageOut[KeyOut], responses=refusals())
def list_keys(request: Request, caller: Admin, services: House) -> Json:
    """The project's API keys, without their secrets."""
    with services.database.read() as session:
        found = keys.list_keys(session, caller.project_id)
    rows = [KeyOut.model_validate(key).model_dump() for key in found]
    return paging.listing(request, rows, has_more=False, last=0)


@router.get(
    "/pools", tags=["pools"], response_model=PageOut[PoolOut], responses=refusals(), dependencies=[ANYONE]
)
def list_pools(request: Request, services: House) -> Json:
    """The pools of workers, with who is there and how many jobs they have."""
    with services.database.read() as session:
        rows = [pool.model_dump() for pool in standing(session, services.settings)]
    return paging.listing(request, rows, has_more=False, last=0)
