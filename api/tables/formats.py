"""Which form of a table a caller asks for, by `?format=` or `Accept`."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request

from api.errors import Refusal

MEDIA = {
    "json": "application/json",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "npy": "application/x-npy",
    "png": "image/png",
    "webp": "image/webp",
}

Format = Annotated[
    str | None, Query(description="json, csv, parquet or npy; stands above Accept.", max_length=16)
]


def choose(request: Request, given: str | None, offered: Sequence[str]) -> str:
    """The form to answer in; the first offered one where the caller does not mind.

    Raises:
        Refusal: not_acceptable, naming what is offered.
    """
    if given is not None:
        if given not in offered:
            raise _not_offered(f"format={given}", offered)
        return given
    accept = request.headers.get("accept", "*/*")
    for _, media in sorted(_ranked(accept), key=lambda pair: -pair[0]):
        for form in offered:
            if _matches(media, MEDIA[form]):
                return form
    raise _not_offered(f"Accept: {accept}", offered)


def _ranked(accept: str) -> list[tuple[float, str]]:
    found = []
    for part in accept.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((value[2:] for value in parameters if value.startswith("q=")), "1")
        try:
            rank = float(quality)
        except ValueError:
            rank = 0.0
        if media and rank > 0:
            found.append((rank, media))
    return found


def _matches(wanted: str, offered: str) -> bool:
    kind, _, _ = wanted.partition("/")
    return wanted in ("*/*", offered) or (wanted == f"{offered.partition('/')[0]}/*" and kind != "*")


def _not_offered(asked: str, offered: Sequence[str]) -> Refusal:
    forms = ", ".join(offered)
    accepted = [MEDIA[form] for form in offered]
    return Refusal("not_acceptable", f"{asked} is not offered here; offered: {forms}.", accepted=accepted)
