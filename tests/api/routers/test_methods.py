import json

import jsonschema_rs
import pytest

from clustering.params import PARAMS


def test_every_method_is_listed(client):
    rows = client.get("/v1/methods").json()["data"]
    assert [row["name"] for row in rows] == sorted(PARAMS)
    assert all(row["paper"] and row["title"] and row["summary"] for row in rows)


@pytest.mark.parametrize("name", sorted(PARAMS))
def test_a_methods_schema_accepts_its_defaults(client, name):
    body = client.get(f"/v1/methods/{name}").json()
    spec = {**body["defaults"], "method": name}
    if "n_clusters" in body["json_schema"]["properties"]:
        several = "array" in json.dumps(body["json_schema"]["properties"]["n_clusters"])
        spec["n_clusters"] = [3, 3] if several else 3
    jsonschema_rs.validate(body["json_schema"], json.loads(json.dumps(spec)))


def test_a_method_tells_what_its_results_have_beside_those_of_others(client):
    told = client.get("/v1/methods/divclust_cc").json()
    assert set(told["artifacts"]) == {"heads", "diversity", "heads-nmi"}
    assert set(told["curves"]) == {"agreement", "bound", "diversity"}
    assert client.get("/v1/methods/kmeans").json()["artifacts"] == {}


def test_an_unknown_method_is_404_with_those_there_are(client):
    assert client.get("/v1/methods/magic").json()["accepted"] == sorted(PARAMS)
