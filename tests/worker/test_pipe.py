import os

import pytest

from worker.pipe import LineReader, LineTooLongError


def test_lines_come_whole_however_they_were_cut() -> None:
    read, write = os.pipe()
    reader = LineReader(read)
    os.write(write, b"one\ntw")
    assert list(reader.lines()) == [b"one"]
    os.write(write, b"o\n\nthree")
    assert list(reader.lines()) == [b"two", b""]
    assert not reader.closed
    os.close(write)
    assert list(reader.lines()) == []
    assert reader.closed


def test_nothing_to_read_does_not_wait() -> None:
    read, _ = os.pipe()
    assert list(LineReader(read).lines()) == []


def test_a_line_past_the_cap_is_refused() -> None:
    read, write = os.pipe()
    os.write(write, b"x" * 100)
    with pytest.raises(LineTooLongError, match="64"):
        list(LineReader(read, cap_bytes=64).lines())
