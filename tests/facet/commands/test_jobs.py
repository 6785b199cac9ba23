import json

import httpx
import pytest

from tests.facet.stub import StubServer

JOB = {
    "id": "job_01J00000000000000000000000",
    "method": "dcn",
    "state": "succeeded",
    "done": True,
    "dataset": "ds_1",
    "progress": None,
    "error": None,
    "created_at": "2026-11-22T10:00:00Z",
}


def answer(**changed):
    return httpx.Response(200, json={**JOB, **changed}, headers={"ETag": '"1"'})


def sent(server):
    return json.loads(server.requests[0].content)


def test_parameters_are_json_where_they_can_be_and_text_where_not(facet):
    server = StubServer(answer())
    given = ("-p", "epochs=5", "-p", 'net={"type": "conv"}', "-p", "scale=unit")
    run = facet("jobs", "submit", "digits", "-m", "idec", "-k", "10", *given, "--seed", "3", server=server)
    assert run.exit_code == 0, run.output
    assert sent(server) == {
        "dataset": "digits",
        "seed": 3,
        "spec": {"method": "idec", "n_clusters": 10, "epochs": 5, "net": {"type": "conv"}, "scale": "unit"},
    }


def test_a_preset_is_changed_by_the_parameters_given(facet):
    server = StubServer(answer())
    given = ("--preset", "brb/dcn-mnist", "-p", "epochs=5", "-k", "3")
    assert facet("jobs", "submit", "digits", *given, server=server).exit_code == 0
    overrides = {"n_clusters": 3, "epochs": 5}
    assert sent(server) == {"dataset": "digits", "seed": 0, "preset": "brb/dcn-mnist", "overrides": overrides}


def test_without_a_preset_or_a_method_a_job_is_dcn(facet):
    server = StubServer(answer())
    assert facet("jobs", "submit", "digits", "-k", "3", server=server).exit_code == 0
    assert sent(server)["spec"] == {"method": "dcn", "n_clusters": 3}


def test_a_job_asks_for_several_devices(facet):
    server = StubServer(answer())
    assert facet("jobs", "submit", "digits", "-k", "3", "--devices", "2", server=server).exit_code == 0
    assert sent(server)["resources"] == {"devices": 2}


def test_a_model_predicts_on_a_dataset(facet):
    server = StubServer(answer(state="queued", done=False))
    run = facet("jobs", "predict", "mdl_1", "new", server=server)
    assert run.exit_code == 0, run.output
    assert (server.requests[0].url.path, sent(server)) == ("/v1/models/mdl_1/predictions", {"dataset": "new"})


def test_the_list_shows_whole_ids(facet):
    server = StubServer(httpx.Response(200, json={"data": [JOB], "has_more": False, "next": None}))
    run = facet("jobs", "list", "--state", "running,succeeded", server=server)
    assert JOB["id"] in run.output
    assert server.requests[0].url.params["state"] == "running,succeeded"


def test_what_is_shown_is_json(facet):
    assert json.loads(facet("jobs", "show", JOB["id"], server=StubServer(answer())).output) == JOB


def test_watching_ends_well_with_a_succeeded_job(facet):
    assert facet("jobs", "watch", JOB["id"], server=StubServer(answer())).exit_code == 0


def test_watching_a_job_that_fails_exits_1_and_shows_why(facet):
    failed = answer(state="failed", error={"code": "diverged", "detail": "loss is NaN"})
    run = facet("jobs", "watch", JOB["id"], server=StubServer(failed))
    assert run.exit_code == 1
    assert "loss is NaN" in run.output


@pytest.mark.parametrize(("said", "requests"), [("y\n", ["GET", "POST"]), ("n\n", ["GET"])])
def test_an_interrupt_cancels_only_if_the_user_says_so(facet, said, requests):
    def interrupt(_request):
        raise KeyboardInterrupt

    server = StubServer(interrupt, answer(state="canceling"))
    run = facet("jobs", "watch", JOB["id"], server=server, text=said)
    assert run.exit_code == 130
    assert [request.method for request in server.requests] == requests


def test_a_result_shows_its_metrics(facet):
    summary = {"metrics": {"silhouette": 0.25}, "agreement": {"y": {"acc": 0.75}}}
    run = facet("jobs", "result", JOB["id"], server=StubServer(httpx.Response(200, json=summary)))
    assert "ACC" in run.output
    assert "0.7500" in run.output
    assert "silhouette" in run.output


def test_several_clusterings_are_told_apart(facet):
    rows = [{"index": i, "name": name, "n_clusters": 3, "n_outliers": 7} for i, name in enumerate("ab")]
    summary = {"clusterings": rows, "summary": {"redundancy": {"vi": 1.25}}}
    server = StubServer(httpx.Response(200, json=summary))
    run = facet("jobs", "result", JOB["id"], "--clustering", "1", server=server)
    assert server.requests[0].url.query == b"clustering=1"
    for shown in ("outliers", "dimensions", "VI between clusterings", "1.2500"):
        assert shown in run.output


def test_cancel_asks_the_server(facet):
    server = StubServer(answer(state="canceling"))
    facet("jobs", "cancel", JOB["id"], server=server)
    assert server.requests[0].url.path == f"/v1/jobs/{JOB['id']}/cancel"
