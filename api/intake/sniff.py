"""What an upload is, by its first bytes and by what its sender says."""

from collections.abc import Mapping

from api.errors import Refusal

HEAD_BYTES = 512
MEDIA_TYPES = {
    "application/x-npy": "npy",
    "application/x-npz": "npz",
    "text/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
    "application/x-parquet": "parquet",
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
}
SUFFIXES = {".npy": "npy", ".npz": "npz", ".csv": "csv", ".parquet": "parquet", ".zip": "zip"}
ACCEPTED = ("npy", "npz", "csv", "parquet", "zip")
REFUSED: Mapping[bytes, str] = {
    b"\x80\x02": "a pickle",
    b"\x80\x03": "a pickle",
    b"\x80\x04": "a pickle",
    b"\x80\x05": "a pickle",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"\x89HDF": "HDF5",
    b"\x89PNG": "one PNG image",
    b"\xff\xd8\xff": "one JPEG image",
    b"GIF8": "one GIF image",
    b"%PDF": "PDF",
    b"\x7fELF": "a program",
    b"MATLAB": "a MATLAB file",
    b"ARROW1": "Arrow IPC",
    b"SQLite": "an SQLite database",
}


def declared(media_type: str | None, filename: str | None) -> str | None:
    """The format that a sender names by media type or file name; None if neither tells.

    Raises:
        Refusal: unsupported_media_type, of a media type that is plainly something else.
    """
    media = (media_type or "").partition(";")[0].strip().lower()
    suffix = "." + filename.rpartition(".")[2].lower() if filename and "." in filename else ""
    if media in MEDIA_TYPES:
        by_media = MEDIA_TYPES[media]
        return "npz" if by_media == "zip" and suffix == ".npz" else by_media
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if media in ("", "application/octet-stream", "text/plain", "application/vnd.ms-excel"):
        return None
    raise _unsupported(media)


def recognize(head: bytes, said: str | None) -> str:
    """The format of an upload that begins with `head`, checked against what its sender said.

    Raises:
        Refusal: invalid_upload (empty, or not what was said), unsupported_media_type.
    """
    if not head:
        raise Refusal("invalid_upload", "The upload is empty.", accepted=list(ACCEPTED))
    found = _by_magic(head)
    if found == "zip" and (said == "npz" or (said is None and _first_member(head).endswith(b".npy"))):
        found = "npz"
    if said is not None and found != said:
        detail = f"The upload was announced as {said} but begins like {found}."
        raise Refusal("invalid_upload", detail, met=found, accepted=[said])
    return found


def _by_magic(head: bytes) -> str:
    if head.startswith(b"\x93NUMPY"):
        return "npy"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"PAR1"):
        return "parquet"
    for magic, name in REFUSED.items():
        if head.startswith(magic):
            raise _unsupported(name)
    if b"\0" in head:
        raise _unsupported("binary data of an unknown kind")
    return "csv"


def _first_member(head: bytes) -> bytes:
    length = int.from_bytes(head[26:28], "little")
    return head[30 : 30 + length]


def _unsupported(met: str) -> Refusal:
    detail = f"The upload is {met}; accepted are npy, npz, CSV, Parquet and zip of PNG, JPEG or WebP images."
    return Refusal("unsupported_media_type", detail, met=met, accepted=list(ACCEPTED))
