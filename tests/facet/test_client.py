import httpx
import numpy as np
import pytest

import facet
from facet.client import Client
from facet.errors import DatasetRejectedError, WaitTimeoutError
from tests.facet.stub import StubServer, problem


def version(number, **fields):
    return httpx.Response(200, json=fields, headers={"ETag": f'"{number}"'})


def test_the_public_names_are_these():
    assert facet.__all__ == ["Client", "Clustering", "FacetError", "Result"]
    assert all(hasattr(facet, name) for name in facet.__all__)


def test_the_address_and_the_key_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("FACET_URL", "http://lab:9000/")
    monkeypatch.setenv("FACET_API_KEY", "fct_live_a_b")
    with Client() as client:
        assert client.url == "http://lab:9000"
        assert client._transport._http.headers["Authorization"] == "Bearer fct_live_a_b"


def test_waiting_is_a_long_poll_that_yields_each_version_once():
    server = StubServer(
        version(1, state="queued", done=False),
        httpx.Response(304),
        version(2, state="running", done=False),
        version(3, state="succeeded", done=True),
    )
    seen = []
    job = server.client().wait("job_1", progress=lambda job: seen.append(job["state"]))
    assert seen == ["queued", "running", "succeeded"]
    assert job["state"] == "succeeded"
    first, second, third, _ = server.requests
    assert "If-None-Match" not in first.headers
    assert second.headers["If-None-Match"] == third.headers["If-None-Match"] == '"1"'
    assert second.headers["Prefer"] == "wait=20"


def test_waiting_ends_in_any_terminal_state():
    server = StubServer(version(1, state="canceled", done=True))
    assert server.client().wait("job_1")["state"] == "canceled"


def test_waiting_gives_up_at_its_limit_and_leaves_the_job_alone():
    server = StubServer(version(1, state="running", done=False), httpx.Response(304))
    with pytest.raises(WaitTimeoutError):
        server.client().wait("job_1", timeout=0.05)
    assert {request.method for request in server.requests} == {"GET"}


def test_a_rejected_dataset_raises():
    server = StubServer(
        version(1, id="ds_1", state="rejected", error={"code": "ragged", "detail": "row 3 has 2"})
    )
    with pytest.raises(DatasetRejectedError, match="row 3 has 2"):
        server.client().wait_dataset("ds_1")


def test_an_upload_is_multipart_with_meta_before_the_file(tmp_path):
    np.save(tmp_path / "x.npy", np.ones((3, 2)))
    server = StubServer(httpx.Response(202, json={"id": "ds_1"}))
    server.client().upload(tmp_path / "x.npy", options={"kind": "vectors"})
    body = server.requests[0].content
    assert body.index(b'{"name": "x", "options": {"kind": "vectors"}}') < body.index(b"\x93NUMPY")


def test_an_interrupted_upload_is_sent_again_from_the_start(tmp_path):
    (tmp_path / "x.csv").write_text("1,2\n3,4\n")
    server = StubServer(httpx.WriteError("gone"), httpx.Response(202, json={"id": "ds_1"}))
    server.client().upload(tmp_path / "x.csv")
    assert all(b"1,2\n3,4\n" in request.content for request in server.requests)
    assert len({request.headers["Idempotency-Key"] for request in server.requests}) == 1


def test_lists_follow_their_pages():
    first = httpx.Response(
        200, json={"data": [{"id": 1}], "has_more": True, "next": "/v1/jobs?after=1&state=queued"}
    )
    last = httpx.Response(200, json={"data": [{"id": 2}], "has_more": False, "next": None})
    server = StubServer(first, last)
    assert [job["id"] for job in server.client().jobs(state="queued")] == [1, 2]
    assert [str(request.url) for request in server.requests] == [
        "http://facet.test/v1/jobs?state=queued",
        "http://facet.test/v1/jobs?after=1&state=queued",
    ]


def test_a_job_carries_dataset_spec_seed_and_only_the_fields_given():
    server = StubServer(httpx.Response(202, json={"id": "job_1"}))
    server.client().submit(
        "digits", {"method": "kmeans", "n_clusters": 10}, seed=3, name="first", resources=None
    )
    assert httpx.Response(200, content=server.requests[0].content).json() == {
        "dataset": "digits",
        "spec": {"method": "kmeans", "n_clusters": 10},
        "seed": 3,
        "name": "first",
    }


def test_a_job_can_name_a_preset_in_place_of_a_spec():
    server = StubServer(httpx.Response(202, json={"id": "job_1"}))
    server.client().submit("digits", preset="brb/dcn-mnist", overrides={"epochs": 5})
    assert httpx.Response(200, content=server.requests[0].content).json() == {
        "dataset": "digits",
        "seed": 0,
        "preset": "brb/dcn-mnist",
        "overrides": {"epochs": 5},
    }


def test_a_model_predicts_on_a_dataset():
    server = StubServer(httpx.Response(202, json={"id": "job_1"}))
    assert server.client().predict("mdl_1", "new", name="first")["id"] == "job_1"
    (request,) = server.requests
    assert (request.method, request.url.path) == ("POST", "/v1/models/mdl_1/predictions")
    assert httpx.Response(200, content=request.content).json() == {"dataset": "new", "name": "first"}


def test_presets_are_asked_for_by_method_and_by_name():
    server = StubServer(
        httpx.Response(200, json={"data": [{"name": "brb/dcn-mnist"}], "has_more": False, "next": None}),
        httpx.Response(200, json={"name": "brb/dcn-mnist"}),
    )
    client = server.client()
    assert client.presets(method="dcn") == [client.preset("brb/dcn-mnist")]
    assert [str(request.url) for request in server.requests] == [
        "http://facet.test/v1/presets?method=dcn",
        "http://facet.test/v1/presets/brb/dcn-mnist",
    ]


def test_a_missing_job_is_not_found():
    server = StubServer(problem(404, "not_found"))
    with pytest.raises(facet.FacetError) as caught:
        server.client().job("job_1")
    assert caught.value.code == "not_found"
