"""What the params of every method promise, found by discovery."""

import json

import pytest
from pydantic import ValidationError
from torch import nn

from clustering.data import Data
from clustering.methods import METHODS, build
from clustering.params import PARAMS, parse
from clustering.ranks import BatchNorm
from tests.clustering.methods.tiny import images, samples, tiny

EVERY = sorted(PARAMS)


def numbers(schema, path=()):
    """Every number or whole number in a JSON schema, with where it stands."""
    if isinstance(schema, list):
        for index, each in enumerate(schema):
            yield from numbers(each, (*path, index))
    if isinstance(schema, dict):
        if schema.get("type") in ("integer", "number") and "const" not in schema and "enum" not in schema:
            yield path, schema
        for key, each in schema.items():
            yield from numbers(each, (*path, key))


@pytest.mark.parametrize("name", EVERY)
def test_every_number_in_the_params_is_bounded_on_both_sides(name):
    for path, schema in numbers(PARAMS[name].model_json_schema()):
        assert {"minimum", "exclusiveMinimum"} & schema.keys(), path
        assert {"maximum", "exclusiveMaximum"} & schema.keys(), path


@pytest.mark.parametrize("name", EVERY)
def test_every_field_is_described_and_its_default_is_valid(name):
    params = PARAMS[name]
    for field, info in params.model_fields.items():
        assert field == "method" or info.description, field
    required = {field for field, info in params.model_fields.items() if info.is_required()}
    assert required <= {"n_clusters"}
    clusters = {"n_clusters": tiny(name).n_clusters} if "n_clusters" in params.model_fields else {}
    defaults = parse({"method": name} | clusters)
    assert parse(defaults.model_dump()) == defaults


@pytest.mark.parametrize("name", EVERY)
def test_params_survive_json_and_their_schema_names_them(name):
    params = tiny(name)
    assert parse(json.loads(params.model_dump_json())) == params
    schema = PARAMS[name].model_json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert schema["properties"]["method"]["const"] == name
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(type(params).model_fields)


@pytest.mark.parametrize("name", EVERY)
def test_params_tell_whether_a_network_is_trained_and_whether_it_has_batch_norms(name):
    options = [
        {},
        {"net": {"type": "conv"}},
        {"net": {"type": "resnet", "width": 4}, "augment": {"type": "affine"}},
    ]
    for fields in options if "mlp" in str(PARAMS[name].model_json_schema().get("$defs")) else options[:1]:
        try:
            params = tiny(name, **fields)
        except ValidationError:
            continue
        parts = list(build(params, Data.of(images() if fields else samples(name)).shape).modules())
        assert any(isinstance(part, nn.Linear | nn.Conv2d) for part in parts) is params.trains_a_net
        assert any(isinstance(part, BatchNorm) for part in parts) is params.has_batch_norms


@pytest.mark.parametrize("name", EVERY)
def test_a_method_says_what_it_is(name):
    params = PARAMS[name]
    assert params.title
    assert any(character.isdigit() for character in params.paper), "a citation has a year"
    assert params.__doc__
    assert METHODS[name].__doc__
