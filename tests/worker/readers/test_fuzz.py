"""Files damaged at random: every reader either makes a dataset or refuses; nothing else comes out."""

import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.worker.readers import files
from tests.worker.readers.reading import read
from worker.readers.errors import Refused

X = np.arange(24, dtype=np.float32).reshape(8, 3)
SEEDS = {
    "npy": files.npy(X),
    "npz": files.npz(x=X, y=np.arange(8) % 2, ids=np.arange(8)),
    "csv": b'a,b,c\n1,2,"3"\n4,5.5,6e1\n-7,8,9\n',
    "parquet": files.parquet(a=X[:, 0], b=[1] * 8, y=["u", "v"] * 4),
    "zip": files.archive({"a/1.png": files.image(), "b/2.jpg": files.image(encoding="JPEG")}),
}
short = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def attempt(data, kind, **options):
    with tempfile.TemporaryDirectory() as folder:
        try:
            outcome = read(data, kind, Path(folder), **options)
        except Refused as refused:
            assert refused.detail
        else:
            assert outcome.x.shape == (outcome.said["n"], *outcome.said["shape"])
            assert np.isfinite(outcome.x).all()


@st.composite
def damaged(draw, data):
    """The file with a few bytes changed, cut out or put in."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(changed) - 1)))
        new = draw(
            st.one_of(st.binary(max_size=8), st.integers(0, 2**64 - 1).map(lambda n: struct.pack("<Q", n)))
        )
        changed[place : place + draw(st.integers(0, 12))] = new
    return bytes(changed)


@pytest.mark.parametrize("kind", SEEDS)
@short
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(kind, data):
    attempt(data.draw(damaged(SEEDS[kind])), kind)


@short
@given(
    header=st.fixed_dictionaries(
        {
            "descr": st.sampled_from(["<f4", "|u1", "<i8", "|O", "<U3", ">f2", "f4,f4", "", "<M8[s]"])
            | st.text(max_size=5),
            "fortran_order": st.booleans() | st.none(),
            "shape": st.lists(st.integers(-2, 2**70) | st.integers(0, 4), max_size=5).map(tuple)
            | st.text(max_size=3),
        }
    ),
    body=st.binary(max_size=300),
)
def test_any_npy_header_is_read_or_refused(header, body):
    attempt(files.npy_header(repr(header).encode() + b"\n") + body, "npy")


@short
@given(text=st.text(alphabet='0123456789.,;-e"\n\t naif\r', max_size=200))
def test_any_text_is_read_or_refused_as_csv(text):
    attempt(text.encode(), "csv")


@short
@given(members=st.dictionaries(st.text(max_size=12), st.binary(max_size=40), max_size=4))
def test_any_archive_is_read_or_refused(members):
    names = {name or "empty": data for name, data in members.items() if name.isprintable()}
    attempt(files.archive(names), "zip")
    attempt(files.archive(names), "npz")
