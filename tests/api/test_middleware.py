import pytest


def test_a_request_id_is_made_or_taken_over(client):
    assert client.get("/healthz").headers["X-Request-Id"].startswith("req_")
    assert client.get("/healthz", headers={"X-Request-Id": "mine-1"}).headers["X-Request-Id"] == "mine-1"


@pytest.mark.parametrize("bad", ["a b", "x" * 65, "<script>", "ä"])
def test_an_unsafe_request_id_is_replaced(client, bad):
    answer = client.get("/healthz", headers={"X-Request-Id": bad.encode()})
    assert answer.headers["X-Request-Id"].startswith("req_")


def test_every_answer_bears_security_headers(client):
    for path in ("/healthz", "/v1/jobs", "/v1/nothing"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_the_documentation_may_load_what_it_needs(client):
    answer = client.get("/docs")
    assert answer.status_code == 200
    assert "cdn.jsdelivr.net" in answer.headers["Content-Security-Policy"]


def test_a_declared_body_over_the_limit_is_413_unread(client):
    answer = client.post("/v1/jobs", content=b"x" * (2**20 + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"
    assert answer.json()["limit_bytes"] == 2**20


def test_a_chunked_body_over_the_limit_is_413(client):
    answer = client.post(
        "/v1/jobs", content=(b"x" * 65536 for _ in range(17)), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"


def test_an_upload_over_the_limit_is_413_and_leaves_nothing(make_client, files):
    client = make_client(max_upload_bytes=2**20, max_body_bytes=2**20)
    head = b"1,2\n" * 1000
    answer = client.post(
        "/v1/datasets", content=(head for _ in range(600)), headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 413
    assert list(files.list("uploads")) == []
    assert client.get("/v1/datasets").json()["data"] == []


def test_requests_are_counted_by_route(client):
    client.get("/v1/jobs")
    client.get("/v1/nothing")
    text = client.get("/metrics").text
    assert 'facet_requests_total{method="GET",route="/v1/jobs",status="200"} 1.0' in text
    assert 'route="unmatched",status="404"' in text
