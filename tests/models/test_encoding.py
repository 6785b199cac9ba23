"""models.encoding: JSON that both engines take."""

import json

from models.encoding import dumps


def test_what_is_not_finite_becomes_null_however_deep():
    value = {"a": [float("nan"), 1.5, {"b": float("inf")}], "c": (float("-inf"), "NaN")}
    assert json.loads(dumps(value)) == {"a": [None, 1.5, {"b": None}], "c": [None, "NaN"]}


def test_what_is_finite_stays():
    value = {"a": [1, 2.5, None, True, "é"], "b": {}}
    assert json.loads(dumps(value)) == value


def test_text_that_postgresql_cannot_keep_is_replaced():
    value = {"a\0": ["b\ud800", "😀", r"\u0000"]}
    assert json.loads(dumps(value)) == {"a\ufffd": ["b\ufffd", "😀", r"\u0000"]}
