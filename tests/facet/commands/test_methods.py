import httpx

from tests.facet.stub import StubServer

DCN = {"name": "dcn", "kind": "cluster", "title": "DCN", "paper": "Yang et al. 2017"}


def test_methods_are_listed_with_their_source(facet):
    page = httpx.Response(200, json={"data": [DCN], "has_more": False, "next": None})
    assert "Yang et al. 2017" in facet("methods", server=StubServer(page)).output


def test_one_method_is_shown_whole(facet):
    server = StubServer(httpx.Response(200, json=DCN))
    assert "Yang et al. 2017" in facet("methods", "dcn", server=server).output
    assert server.requests[0].url.path == "/v1/methods/dcn"
