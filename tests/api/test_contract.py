"""The document is kept: generated requests get answers that it describes, and never a 500."""

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from schemathesis import openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from tests.api import rooms

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
DOCUMENT = openapi.from_dict(create_app().openapi())
OPERATIONS = [found.ok() for found in DOCUMENT.get_all_operations()]
FEW = settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
)


@pytest.fixture
def ids(client, db, files):
    made = rooms.finished_job(db, files)
    model = client.get("/v1/models").json()["data"][0]["id"]
    return {"dataset_id": made.dataset, "job_id": made.job, "model_id": model, "name": "model.json"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("methods", [("get",), ("post", "patch"), ("delete",)], ids=str)
def test_generated_requests_get_documented_answers(client, ids, methods):
    for operation in OPERATIONS:
        if operation.method in methods:
            ask_often(client, operation, ids)


def sendable(request):
    """Numbers among the parts of a multipart body as text, which is how a form sends them."""
    if request.get("files"):
        request["files"] = [
            (name, tuple(str(part) if isinstance(part, int | float) else part for part in parts))
            for name, parts in request["files"]
        ]
    return request


def ask_often(client, operation, ids):
    @FEW
    @given(operation.as_strategy())
    def ask(case):
        for name in ids.keys() & case.path_parameters.keys():
            case.path_parameters[name] = ids[name]
        answer = client.request(**sendable(case.as_transport_kwargs(base_url="http://localhost")))
        answer.request.read()
        case.validate_response(answer, checks=CHECKS)

    ask()
