"""A multipart upload as a stream: first `meta`, then the bytes of `file`."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.errors import Refusal

META_BYTES = 64 * 1024


@dataclass(frozen=True)
class Piece:
    """Something that a parser met: the start of a part with its headers, some of its bytes, its end."""

    kind: Literal["part", "data", "end"]
    data: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def option(self, name: bytes) -> str | None:
        """An option of Content-Disposition: name or filename."""
        _, options = parse_options_header(dict(self.headers).get(b"content-disposition", b""))
        return options[name].decode("utf-8", "replace") if name in options else None

    @property
    def media_type(self) -> str | None:
        """Content-Type of the part."""
        found = dict(self.headers).get(b"content-type")
        return found.decode("latin-1") if found is not None else None


class Pieces:
    """Feeds python-multipart's push parser and hands out what it met."""

    def __init__(self, boundary: bytes) -> None:
        self._met: deque[Piece] = deque()
        self._field = self._value = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self.done = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._headers.clear,
                "on_header_field": self._add_field,
                "on_header_value": self._add_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin,
                "on_part_data": self._add_data,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        )

    def feed(self, chunk: bytes) -> list[Piece]:
        """The pieces that a chunk completes.

        Raises:
            Refusal: bad_request, for what is no multipart body.
        """
        try:
            self._parser.write(chunk)
        except MultipartParseError as error:
            raise Refusal("bad_request", f"The multipart body is malformed: {error}.") from error
        found = list(self._met)
        self._met.clear()
        return found

    def _add_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers.append((self._field.lower(), self._value))
        self._field = self._value = b""

    def _begin(self) -> None:
        self._met.append(Piece("part", headers=tuple(self._headers)))

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        self._met.append(Piece("data", bytes(data[start:end])))

    def _end(self) -> None:
        self._met.append(Piece("end"))

    def _finish(self) -> None:
        self.done = True


@dataclass(frozen=True)
class Parts:
    """What came before the file's bytes, and the bytes to come."""

    meta: bytes
    filename: str | None
    media_type: str | None
    body: AsyncIterator[bytes]


async def read_parts(content_type: str, stream: AsyncIterator[bytes]) -> Parts:
    """Read a body up to the start of its `file` part.

    Raises:
        Refusal: bad_request or invalid_request, for what is not `meta` followed by one `file`.
    """
    _, options = parse_options_header(content_type)
    if b"boundary" not in options:
        raise Refusal("bad_request", "Content-Type names no multipart boundary.")
    parser = Pieces(options[b"boundary"])
    pieces = _pieces(parser, stream)
    meta = b""
    async for piece in pieces:
        if piece.kind != "part":
            continue
        match piece.option(b"name"):
            case "meta" if not meta:
                meta = await _small(pieces)
            case "file":
                return Parts(meta, piece.option(b"filename"), piece.media_type, _file(pieces, parser))
            case other:
                detail = f"Part {other!r} is not expected; send `meta` (JSON) first, then `file`."
                raise Refusal("invalid_request", detail, accepted=["meta", "file"])
    raise Refusal("invalid_request", "The body has no `file` part.", accepted=["meta", "file"])


async def _pieces(parser: Pieces, stream: AsyncIterator[bytes]) -> AsyncIterator[Piece]:
    async for chunk in stream:
        for piece in parser.feed(chunk):
            yield piece


async def _small(pieces: AsyncIterator[Piece]) -> bytes:
    found = b""
    async for piece in pieces:
        if piece.kind == "end":
            return found
        found += piece.data
        if len(found) > META_BYTES:
            raise Refusal("body_too_large", f"`meta` is larger than {META_BYTES} bytes.")
    raise Refusal("bad_request", "The multipart body ends inside `meta`.")


async def _file(pieces: AsyncIterator[Piece], parser: Pieces) -> AsyncIterator[bytes]:
    ended = False
    async for piece in pieces:
        if piece.kind == "part":
            detail = f"Part {piece.option(b'name')!r} follows `file`, which must be the last one."
            raise Refusal("invalid_request", detail, accepted=["meta", "file"])
        if piece.kind == "end":
            ended = True
        elif piece.data:
            yield piece.data
    if not (ended and parser.done):
        raise Refusal("bad_request", "The multipart body is cut off.")
