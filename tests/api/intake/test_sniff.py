import pytest

from api.errors import Refusal
from api.intake.sniff import declared, recognize

LOCAL = b"PK\x03\x04" + b"\0" * 22


def member(name):
    return LOCAL + len(name).to_bytes(2, "little") + b"\0\0" + name


@pytest.mark.parametrize(
    ("head", "said", "found"),
    [
        (b"\x93NUMPY\x01\0", None, "npy"),
        (b"PAR1....", None, "parquet"),
        (b"1,2\n", None, "csv"),
        ("\ufeffé;1\n".encode(), "csv", "csv"),
        (member(b"x.npy"), None, "npz"),
        (member(b"0/a.png"), None, "zip"),
        (member(b"x.npy"), "npz", "npz"),
        (b"PK\x05\x06", "zip", "zip"),
    ],
)
def test_formats_are_known_by_their_first_bytes(head, said, found):
    assert recognize(head, said) == found


@pytest.mark.parametrize(
    ("head", "said"), [(b"", None), (b"1,2", "npy"), (b"\x93NUMPY", "csv"), (member(b"x.npy"), "parquet")]
)
def test_what_was_announced_must_be_what_comes(head, said):
    with pytest.raises(Refusal) as refused:
        recognize(head, said)
    assert refused.value.code == "invalid_upload"


@pytest.mark.parametrize(
    ("media", "name", "found"),
    [
        ("application/x-npy", None, "npy"),
        ("text/csv; charset=utf-8", None, "csv"),
        ("application/zip", "a.npz", "npz"),
        ("application/octet-stream", "A.NPZ", "npz"),
        (None, "x.parquet", "parquet"),
        (None, "noname", None),
        ("application/octet-stream", None, None),
    ],
)
def test_a_sender_names_a_format_by_type_or_file_name(media, name, found):
    assert declared(media, name) == found


def test_a_type_that_is_plainly_something_else_is_refused():
    with pytest.raises(Refusal) as refused:
        declared("image/png", "a.png")
    assert refused.value.code == "unsupported_media_type"
