"""What OpenAPI says of refusals: the answers a route may give instead of its own."""

from typing import Any

from pydantic import BaseModel

from api.problems import RULES
from api.schemas.problems import ProblemOut

EVERYWHERE = (
    "unauthenticated",
    "forbidden",
    "invalid_request",
    "unknown_parameter",
    "internal",
    "database_unavailable",
)


def component(model: type[BaseModel]) -> dict[str, str]:
    """A reference to a schema that `api.openapi` puts among the components."""
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def refusals(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may refuse with these codes, beside those any route may give."""
    by_status: dict[int | str, list[str]] = {}
    for code in (*codes, *EVERYWHERE):
        by_status.setdefault(RULES[code].status, []).append(code)
    return {
        status: {
            "description": "; ".join(f"`{code}`: {RULES[code].title}" for code in sorted(set(found))),
            "content": {"application/problem+json": {"schema": component(ProblemOut)}},
        }
        for status, found in by_status.items()
    }
