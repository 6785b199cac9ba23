import httpx

from tests.facet.stub import StubServer

PRESET = {
    "name": "brb/dcn-mnist",
    "dataset": {"name": "MNIST"},
    "figure": {"acc": 96.4, "nmi": 91.81, "ari": None, "table": "tables 13, 14 and 15"},
}


def test_presets_are_listed_with_the_papers_figure(facet):
    rows = [PRESET, {**PRESET, "name": "brb/dcn-other", "figure": None}]
    server = StubServer(httpx.Response(200, json={"data": rows, "has_more": False, "next": None}))
    run = facet("presets", "list", "--method", "dcn", server=server)
    assert run.exit_code == 0, run.output
    assert "96.40" in run.output
    assert "brb/dcn-other" in run.output
    assert server.requests[0].url.params["method"] == "dcn"


def test_one_preset_is_shown_whole(facet):
    server = StubServer(httpx.Response(200, json=PRESET))
    assert "tables 13, 14 and 15" in facet("presets", "show", "brb/dcn-mnist", server=server).output
    assert server.requests[0].url.path == "/v1/presets/brb/dcn-mnist"
