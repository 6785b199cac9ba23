import json

import httpx

from tests.facet.stub import StubServer

READY = {
    "id": "ds_1",
    "name": "digits",
    "state": "ready",
    "kind": "images",
    "n": 3,
    "created_at": "2026-11-22T10:00:00Z",
}


def ready(_request):
    return httpx.Response(200, json=READY, headers={"ETag": '"2"'})


def test_an_upload_waits_until_the_dataset_is_ready(facet, tmp_path):
    (tmp_path / "digits.csv").write_text("1,2\n3,4\n5,6\n")
    server = StubServer(ready)
    run = facet(
        "datasets", "upload", tmp_path / "digits.csv", "--options", '{"kind": "vectors"}', server=server
    )
    assert json.loads(run.output) == READY
    assert b'"options": {"kind": "vectors"}' in server.requests[0].content


def test_a_missing_file_is_refused_before_anything_is_sent(facet, tmp_path):
    run = facet("datasets", "upload", tmp_path / "no.csv")
    assert run.exit_code == 2


def test_a_dataset_is_deleted_by_name(facet):
    server = StubServer(ready)
    facet("datasets", "delete", "digits", server=server)
    assert [(r.method, r.url.path) for r in server.requests] == [
        ("GET", "/v1/datasets/digits"),
        ("DELETE", "/v1/datasets/ds_1"),
    ]


def test_the_list_has_a_line_for_each(facet):
    page = httpx.Response(200, json={"data": [READY, READY], "has_more": False, "next": None})
    assert facet("datasets", "list", server=StubServer(page)).output.count("ds_1") == 2
