"""Tables on the wire: whole whatever their width, and never much of them at a time."""

import csv
import io
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from api.tables import render
from api.tables.npy import Headers
from api.tables.table import from_npy
from tests.api import rooms

N, WIDTH = 150, 2000


@pytest.fixture
def x():
    return np.random.default_rng(0).random((N, WIDTH), dtype=np.float32)


@pytest.fixture
def blocks():
    """Numbers of values that were read at a time."""
    return []


@pytest.fixture
def table(store, x, blocks):
    store.put("soft.npy", rooms.npy(x))
    whole = from_npy("soft", Headers(store).open("soft.npy"), None)

    def noted(read):
        def rows(start, stop):
            blocks.append((min(stop, N) - start) * WIDTH)
            return read(start, stop)

        return rows

    return replace(whole, rows=noted(whole.rows), array=noted(whole.array))


def test_a_wide_table_is_read_as_csv_in_blocks_of_few_values(table, x, blocks):
    header, *rows = csv.reader(io.StringIO(b"".join(render.as_csv(table)).decode()))
    assert (len(header), max(blocks) <= 2**17) == (WIDTH + 1, True)
    assert np.array_equal(np.array(rows, dtype=np.float32)[:, 1:], x)


def test_a_wide_table_is_sent_as_arrays_in_blocks_of_few_values(table, x, blocks, monkeypatch):
    monkeypatch.setattr(render, "BLOCK_VALUES", 40 * WIDTH)
    found = np.load(io.BytesIO(b"".join(render.as_npy(table))))
    columns = pq.read_table(io.BytesIO(b"".join(render.as_parquet(table))))
    assert max(blocks) <= 40 * WIDTH
    assert np.array_equal(found, x)
    assert np.array_equal(np.stack(columns.column("soft").to_numpy()), x)
    assert columns.column("index").to_pylist() == list(range(N))


def test_a_table_without_rows_has_its_columns(table):
    empty = replace(table, n=0)
    assert next(csv.reader([b"".join(render.as_csv(empty)).decode()]))[:2] == ["index", "soft_0"]
    assert pq.read_table(io.BytesIO(b"".join(render.as_parquet(empty)))).num_rows == 0
    assert np.load(io.BytesIO(b"".join(render.as_npy(empty)))).shape == (0, WIDTH)
