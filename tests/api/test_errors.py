import inspect

import pytest
from sqlalchemy.exc import OperationalError

from api.errors import Refusal
from api.problems import JOB_CODES, RULES
from clustering.errors import ClusteringError
from models import errors as refusals_of_models
from models.errors import InvalidSubmission, ModelsError
from tests.source import ROOT, files


def test_every_refusal_of_models_has_a_status():
    classes = [
        c for _, c in inspect.getmembers(refusals_of_models, inspect.isclass) if issubclass(c, ModelsError)
    ]
    codes = {c.default_code for c in classes if c is not ModelsError}
    assert codes - set(RULES) == set()


def test_every_code_in_the_list_is_one_that_somebody_sends():
    senders = files("api", "models", "worker", "clustering")
    written = "".join(file.read_text() for file in senders if file != ROOT / "api" / "problems.py")
    assert [code for code in {**RULES, **JOB_CODES} if f'"{code}"' not in written] == []


def test_every_way_in_which_a_fit_gives_up_is_in_the_list():
    assert {kind.code for kind in ClusteringError.__subclasses__()} <= JOB_CODES.keys()


def test_all_statuses_are_refusals():
    assert {rule.status // 100 for rule in RULES.values()} == {4, 5}


def raising(client, error):
    def route():
        raise error

    client.app.add_api_route("/v1/raise", route)
    return client.get("/v1/raise")


def test_a_problem_names_its_code_request_and_type(client):
    answer = raising(client, Refusal("in_use", "Job job_1 uses it.", users=["job_1"]))
    body = answer.json()
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert body["users"] == ["job_1"]
    assert (body["code"], body["status"], body["instance"]) == ("in_use", 409, "/v1/raise")
    assert client.get(body["type"]).json()["code"] == "in_use"


def test_a_finer_code_keeps_the_status_of_its_kind(client):
    answer = raising(client, InvalidSubmission("3 samples", code="too_few_samples", met=3))
    assert answer.status_code == 422
    assert answer.json()["code"] == "too_few_samples"


def test_a_database_that_is_away_is_503_and_worth_a_retry(client):
    answer = raising(client, OperationalError("SELECT 1", {}, Exception("connection refused")))
    assert answer.status_code == 503
    assert answer.json()["retryable"] is True
    assert answer.headers["Retry-After"] == "1"
    assert "SELECT" not in answer.text


def test_a_bug_is_a_500_that_tells_only_the_request_id(client):
    answer = raising(client, ZeroDivisionError("secret"))
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/jobs/", 404, "not_found"),
        ("PUT", "/v1/jobs", 405, "method_not_allowed"),
        ("DELETE", "/v1/methods/dcn", 405, "method_not_allowed"),
        ("GET", "/v1/problems/no_such", 404, "not_found"),
        ("GET", "/v1/jobs?stat=queued", 400, "unknown_parameter"),
        ("GET", "/v1/jobs?limit=ten", 422, "invalid_request"),
        ("GET", "/v1/jobs?state=happy", 400, "bad_request"),
    ],
)
def test_what_is_not_offered_is_a_problem(client, method, path, status, code):
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code


def test_405_names_what_is_allowed(client):
    assert "GET" in client.put("/v1/methods").headers["Allow"]


def test_the_list_of_problems_is_complete(client):
    listed = client.get("/v1/problems").json()
    assert {row["code"] for row in listed["requests"]} == set(RULES)
    assert {"diverged", "worker_crashed"} <= {row["code"] for row in listed["jobs"]}


@pytest.mark.parametrize("kind", ["text/plain", "application/xml"])
def test_a_body_of_another_format_is_415_with_the_format_that_is_read(client, kind):
    answer = client.post("/v1/jobs", content=b'{"dataset": "digits"}', headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert (answer.json()["met"], answer.json()["accepted"]) == (kind, ["application/json"])


def test_text_that_is_not_json_is_told_where_it_ends_to_be(client):
    entry = client.post("/v1/jobs", content=b'{"dataset": }').json()["errors"][0]
    assert entry["message"].endswith("at character 12.")


def test_a_body_that_no_parser_can_read_is_told_why(client):
    packed = client.post("/v1/jobs", content=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    assert (packed.status_code, packed.json()["code"]) == (415, "unsupported_media_type")
    deep = client.post("/v1/jobs", content=b"[" * 100_000)
    assert (deep.status_code, "nested too deep" in deep.json()["detail"]) == (400, True)
