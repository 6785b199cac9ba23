import subprocess
import sys

import pytest
from pydantic import TypeAdapter, ValidationError

from clustering.params import PARAMS, AnyParams, MethodParams, parse


def test_params_import_without_torch():
    code = (
        "import sys, clustering.params; print([m for m in ('torch', 'sklearn', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_params_class_is_found_by_the_name_it_declares():
    assert {"kmeans", "dec", "idec", "dcn", "autoencoder", "ae_kmeans"} <= PARAMS.keys()
    for name, params in PARAMS.items():
        assert issubclass(params, MethodParams)
        assert params.model_fields["method"].default == name


def test_a_spec_becomes_the_params_of_the_method_it_names():
    params = parse({"method": "dcn", "n_clusters": 4})
    assert type(params) is PARAMS["dcn"] and params.n_clusters == 4


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"n_clusters": 3},
        {"method": "nothing", "n_clusters": 3},
        {"method": "kmeans", "n_clusters": 3, "surplus": 1},
        {"method": "kmeans", "n_clusters": 3, "pretrain_epochs": 1},
        {"method": "kmeans", "n_clusters": 1},
        {"method": "dcn", "n_clusters": 3, "net": {"type": "mlp", "hidden": [0]}},
        {"method": "dcn", "n_clusters": 3, "net": {"type": "mlp", "hidden": [8] * 9}},
        {"method": "dcn", "n_clusters": 3, "augment": {"type": "crop", "degrees": 3}},
        {"method": "dcn", "n_clusters": 3, "lr": float("nan")},
        {"method": "dcn", "n_clusters": 3, "batch_size": 1},
        {"method": "simclr", "batch_size": 1},
    ],
)
def test_a_spec_that_no_method_accepts_is_refused(spec):
    with pytest.raises(ValidationError):
        parse(spec)


def test_the_schema_names_each_method_by_the_discriminator():
    schema = TypeAdapter(AnyParams).json_schema()
    assert schema["discriminator"]["propertyName"] == "method"
    assert schema["discriminator"]["mapping"].keys() == PARAMS.keys()


def test_params_survive_json():
    params = parse({"method": "dcn", "n_clusters": 4, "net": {"type": "conv"}, "augment": {"type": "affine"}})
    assert parse(params.model_dump(mode="json")) == params
