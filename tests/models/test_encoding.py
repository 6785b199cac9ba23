"""models.encoding: JSON that both engines take."""

import json

from models.encoding import dumps


def test_what_is_not_finite_becomes_null_however_deep():
    value = {"a": [float("nan"), 1.5, {"b": float("inf")}], "c": (float("-inf"), "NaN")}
    assert json.loads(dumps(value)) == {"a": [None, 1.5, {"b": None}], "c": [None, "NaN"]}


def test_what_is_finite_stays():
    value = {"a": [1, 2.5, None, True, "é"], "b": {}}
    assert json.loads(dumps(value)) == value
