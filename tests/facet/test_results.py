import io

import httpx
import numpy as np

from facet.results import Result
from tests.facet.stub import StubServer, problem


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return httpx.Response(200, content=buffer.getvalue())


def test_arrays_are_asked_for_as_npy():
    server = StubServer(npy(np.array([0, 1, 1])))
    labels = Result(server.transport(), "job_1").labels()
    assert labels.tolist() == [0, 1, 1]
    assert server.requests[0].headers["Accept"] == "application/x-npy"
    assert server.requests[0].url.path == "/v1/jobs/job_1/result/labels"


def test_another_clustering_is_named_in_the_query():
    server = StubServer(npy(np.array([0])))
    Result(server.transport(), "job_1", clustering=2).labels()
    assert server.requests[0].url.query == b"clustering=2"


def test_what_a_method_does_not_have_is_none():
    summary = httpx.Response(200, json={"metrics": {"silhouette": 0.4}})
    server = StubServer(
        npy(np.array([0, 1])), problem(404, "no_soft"), problem(404, "no_embeddings"), summary
    )
    clustering = Result(server.transport(), "job_1").clustering({"id": "job_1"})
    assert clustering.soft is None
    assert clustering.embeddings is None
    assert clustering.metrics == {"silhouette": 0.4}


def test_clusterings_are_compared_as_the_service_says():
    told = {"names": ["a", "b"], "nmi": [[1, 0], [0, 1]]}
    server = StubServer(httpx.Response(200, json=told))
    assert Result(server.transport(), "job_1").agreement() == told
    assert server.requests[0].url.path == "/v1/jobs/job_1/result/agreement"


def test_files_of_a_job_are_listed_and_saved(tmp_path):
    listed = httpx.Response(200, json={"data": [{"name": "traversal.npy"}]})
    server = StubServer(listed, httpx.Response(200, content=b"bytes"))
    result = Result(server.transport(), "job_1")
    (file,) = result.artifacts()
    assert result.artifact(file["name"], tmp_path / "t.npy").read_bytes() == b"bytes"
    assert server.requests[1].url.path == "/v1/jobs/job_1/artifacts/traversal.npy"


def test_a_part_has_an_address_and_can_be_saved(tmp_path):
    server = StubServer(httpx.Response(200, content=b"index,cluster\n0,1\n"))
    result = Result(server.transport(), "job_1")
    assert result.url("labels") == "http://facet.test/v1/jobs/job_1/result/labels"
    assert result.save("labels", tmp_path / "labels.csv", accept="text/csv").read_text().startswith("index")
    assert server.requests[0].headers["Accept"] == "text/csv"
