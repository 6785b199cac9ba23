import json

from benchmarks.rows import write_rows


def test_a_row_measured_alone_leaves_those_of_the_same_day(tmp_path):
    write_rows("speed", {"a": {"figure": 1}, "b": {"figure": 2}}, {"commit": "c1"}, tmp_path)
    path = write_rows("speed", {"b": {"figure": 3}}, {"commit": "c2"}, tmp_path)
    assert json.loads(path.read_text())["rows"] == {
        "a": {"figure": 1, "commit": "c1"},
        "b": {"figure": 3, "commit": "c2"},
    }
