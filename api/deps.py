"""What routes ask for: the services, and the check that a query names only what the route has."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.errors import Refusal
from api.services import Services


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


House = Annotated[Services, Depends(_services)]


async def known_query(request: Request) -> None:
    """Refuse query parameters that the route does not have, instead of ignoring a misspelt one."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not request.query_params:
        return
    known = set(_query_names(route.dependant))
    for name in request.query_params:
        if name not in known and not (name.startswith("label.") and "label.*" in known):
            raise Refusal("unknown_parameter", f"Unknown query parameter {name!r}.", accepted=sorted(known))


def _query_names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _query_names(inner)
