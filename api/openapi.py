"""The OpenAPI 3.1 document, with the schemas that routes name but FastAPI does not find by itself."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.schemas.datasets import InlineDataset, UploadMeta
from api.schemas.problems import ProblemOut

NAMED = (ProblemOut, UploadMeta, InlineDataset)
REFERENCE = "#/components/schemas/{model}"


def describing(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What makes the app's document, once."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                openapi_version="3.1.0",
                description=app.description,
                routes=app.routes,
            )
            _, named = models_json_schema([(model, "validation") for model in NAMED], ref_template=REFERENCE)
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            for name, schema in named["$defs"].items():
                schemas.setdefault(name, schema)
            app.openapi_schema = made
        return app.openapi_schema

    return document
