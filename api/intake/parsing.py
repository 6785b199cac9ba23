"""JSON texts into schemas, with errors that point into them."""

from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

Model = TypeVar("Model", bound=BaseModel)


def parse(model: type[Model], text: bytes, part: str | None = None) -> Model:
    """The schema's object that `text` holds; errors point into the body, or into its `part`.

    Raises:
        RequestValidationError.
    """
    at = (part,) if part else ()
    try:
        value = from_json(text)
    except ValueError as error:
        invalid = {"type": "json_invalid", "loc": ("body", *at), "msg": str(error), "input": None}
        raise RequestValidationError([invalid], body={part: None} if part else None) from error
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = [_moved(one, at) for one in error.errors(include_url=False)]
        raise RequestValidationError(found, body={part: value} if part else value) from error


def _moved(error: Any, at: tuple[str, ...]) -> dict[str, Any]:
    return {**error, "loc": ("body", *at, *error["loc"])}
