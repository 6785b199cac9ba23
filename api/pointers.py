"""Validation errors in the caller's terms: JSON pointers into the body and the accepted values."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from clustering.params import PARAMS

BOUNDS = ("ge", "gt", "le", "lt", "min_length", "max_length", "multiple_of", "pattern")


def explain(error: Mapping[str, Any], body: Any) -> dict[str, Any]:
    """One entry of a problem's `errors` from one error of pydantic's."""
    source, *path = error["loc"] or ("body",)
    kind = str(error["type"])
    context = error.get("ctx") or {}
    entry: dict[str, Any] = {"code": kind, "message": _sentence(error)}
    if source == "body":
        entry["pointer"] = pointer(path, body, missing=kind == "missing")
        if kind.startswith("union_tag"):
            entry["pointer"] += "/" + str(context.get("discriminator", "")).strip("'")
        entry["pointer"] = context.get("pointer", entry["pointer"])
    else:
        entry["parameter" if source == "query" else str(source)] = ".".join(map(str, path))
    accepted = _accepted(kind, context, path, body)
    if accepted is not None:
        entry["accepted"] = accepted
    return entry


def pointer(path: Sequence[str | int], body: Any, *, missing: bool = False) -> str:
    """RFC 6901 pointer to what `path` names in `body`, without the union tags that pydantic puts in."""
    at: Any = body
    parts = []
    path = _as_sent(path, body)
    for place, step in enumerate(path):
        inside = isinstance(at, Mapping) and step in at
        if inside or (isinstance(at, list) and isinstance(step, int) and step < len(at)):
            at = at[step]
        elif not (missing and place == len(path) - 1):
            continue
        parts.append(str(step).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in parts)


def _as_sent(path: Sequence[str | int], body: Any) -> Sequence[str | int]:
    """The path in the body's own terms: a spec filled in from a preset is changed by `overrides`."""
    if path[:1] and path[0] == "spec" and isinstance(body, Mapping) and body.get("spec") is None:
        return ["overrides", *path[1:]] if body.get("preset") is not None else path
    return path


def _accepted(kind: str, context: Mapping[str, Any], path: Sequence[str | int], body: Any) -> Any:
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return sorted(PARAMS) if "spec" in path[:1] and len(path) == 1 else _quoted(context, "expected_tags")
    if kind == "literal_error":
        return _quoted(context, "expected")
    if "accepted" in context:
        return context["accepted"]
    if kind == "extra_forbidden":
        return _siblings(path, body)
    bounds = {name: context[name] for name in BOUNDS if name in context}
    return bounds or None


def _siblings(path: Sequence[str | int], body: Any) -> list[str] | None:
    """The fields that a method takes, when the refused one was a parameter of its spec."""
    if len(path) != 3 or path[0] != "spec" or not isinstance(body, Mapping):
        return None
    params = PARAMS.get(str(path[1]))
    return sorted(params.model_fields) if params else None


def _quoted(context: Mapping[str, Any], name: str) -> Any:
    """The words that pydantic enumerates in one string, as a list."""
    given = str(context.get(name, ""))
    return re.findall(r"'([^']*)'", given) or given


def _sentence(error: Mapping[str, Any]) -> str:
    """What is wrong, without the words of the validator's own trade."""
    where, context = error["loc"] or ("",), error.get("ctx") or {}
    tag = str(context.get("discriminator", "")).strip("'")
    match str(error["type"]):
        case "extra_forbidden":
            return f"There is no field {str(where[-1])!r} here."
        case "union_tag_not_found":
            return f"The field {tag!r} is missing; it says which kind of object this is."
        case "union_tag_invalid":
            return f"{context.get('tag')!r} is no {tag} that there is."
        case "model_attributes_type" | "model_type" | "dict_type":
            return "A JSON object is expected here."
        case "json_invalid" if len(where) > 1 and isinstance(where[-1], int):
            return f"This is not JSON: {context.get('error')} at character {where[-1]}."
    return str(error["msg"]).removeprefix("Value error, ")
