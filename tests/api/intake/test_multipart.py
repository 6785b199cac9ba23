import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import Refusal
from api.intake.multipart import read_parts

TYPE = "multipart/form-data; boundary=b0"


def body(*parts, end=b"--b0--\r\n"):
    return b"".join(b"--b0\r\n" + part + b"\r\n" for part in parts) + end


def part(name, data, *, filename=None):
    file = f'; filename="{filename}"' if filename else ""
    return f'Content-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + data


def read(content, chunk=7, content_type=TYPE):
    async def stream():
        for start in range(0, len(content), chunk):
            yield content[start : start + chunk]

    async def run():
        parts = await read_parts(content_type, stream())
        return parts.meta, parts.filename, b"".join([piece async for piece in parts.body])

    return asyncio.run(run())


def test_meta_comes_first_then_the_file():
    content = body(part("meta", b"{}"), part("file", b"data", filename="a.npy"))
    assert read(content) == (b"{}", "a.npy", b"data")


def test_meta_may_be_left_out():
    assert read(body(part("file", b"data"))) == (b"", None, b"data")


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_arrive_as_they_are_however_they_are_cut(data, chunk):
    if b"\r\n--b0" in b"\r\n" + data:
        return
    assert read(body(part("file", data)), chunk)[2] == data


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (body(part("file", b"x"), part("meta", b"{}")), "invalid_request"),
        (body(part("meta", b"{}")), "invalid_request"),
        (body(part("colour", b"x")), "invalid_request"),
        (body(part("meta", b"{}"), part("meta", b"{}"), part("file", b"x")), "invalid_request"),
        (body(part("file", b"x"), end=b""), "bad_request"),
        (b"nonsense", "bad_request"),
        (body(part("meta", b" " * 70_000), part("file", b"x")), "body_too_large"),
        (body(part("meta", b"{"), end=b"")[:-2], "bad_request"),
    ],
)
def test_other_bodies_are_refused(content, code):
    with pytest.raises(Refusal) as refused:
        read(content, 5000)
    assert refused.value.code == code


def test_a_boundary_is_needed():
    with pytest.raises(Refusal, match="boundary"):
        read(b"", content_type="multipart/form-data")
