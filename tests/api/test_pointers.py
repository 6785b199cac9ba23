import pytest

from api.pointers import explain, pointer


def test_a_union_tag_is_no_part_of_the_pointer():
    body = {"spec": {"method": "dcn", "n_clusters": 1}}
    assert pointer(("spec", "dcn", "n_clusters"), body) == "/spec/n_clusters"


def test_a_missing_field_is_pointed_at():
    assert (
        pointer(("spec", "dcn", "n_clusters"), {"spec": {"method": "dcn"}}, missing=True)
        == "/spec/n_clusters"
    )


def test_nested_unions_and_lists_are_followed():
    body = {"spec": {"net": {"type": "mlp", "hidden": [1, -2]}}}
    assert pointer(("spec", "dcn", "net", "mlp", "hidden", 1), body) == "/spec/net/hidden/1"


def test_slashes_and_tildes_are_escaped():
    assert pointer(("labels", "a/b~c"), {"labels": {"a/b~c": 1}}) == "/labels/a~1b~0c"


@pytest.mark.parametrize(
    ("kind", "context", "message", "accepted"),
    [
        ("extra_forbidden", {}, "There is no field 'net' here.", None),
        ("union_tag_not_found", {"discriminator": "'type'"}, "The field 'type' is missing", None),
        (
            "union_tag_invalid",
            {"discriminator": "'type'", "tag": "lstm", "expected_tags": "'mlp', 'conv'"},
            "'lstm' is no type that there is.",
            ["mlp", "conv"],
        ),
        (
            "literal_error",
            {"expected": "'low', 'normal' or 'high'"},
            "as pydantic",
            ["low", "normal", "high"],
        ),
        ("literal_error", {"expected": "1 or 3"}, "as pydantic", "1 or 3"),
        ("model_attributes_type", {}, "A JSON object is expected here.", None),
    ],
)
def test_an_error_is_told_in_the_words_of_the_caller(kind, context, message, accepted):
    error = {"loc": ("body", "net"), "type": kind, "msg": "as pydantic says it", "ctx": context}
    entry = explain(error, {"net": 1})
    assert entry["message"].startswith(message)
    assert accepted is None or entry["accepted"] == accepted


def test_a_bound_is_told_as_what_would_be_accepted():
    error = {"loc": ("body", "seed"), "type": "less_than_equal", "msg": "too large", "ctx": {"le": 5}}
    assert explain(error, {"seed": 9})["accepted"] == {"le": 5}


def test_a_query_error_names_its_parameter():
    entry = explain({"loc": ("query", "limit"), "type": "int_parsing", "msg": "no int"}, None)
    assert entry["parameter"] == "limit"
    assert "pointer" not in entry
