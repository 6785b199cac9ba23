"""JSON as both engines accept it."""

import json
import math
import re
from typing import Any

UNKEPT = re.compile("[\0\ud800-\udfff]")
FOREIGN = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def dumps(value: object) -> str:
    """JSON text; what is not finite becomes null, since neither JSON nor PostgreSQL has a NaN.

    Nor does PostgreSQL keep U+0000 or half a surrogate pair in text; both become U+FFFD.
    """
    try:
        text = _text(value)
    except ValueError:
        return _text(_fit(value))
    return text if FOREIGN.search(text) is None else _text(_fit(value))


def _text(value: object) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _fit(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return UNKEPT.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_fit(key): _fit(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_fit(item) for item in value]
    return value
