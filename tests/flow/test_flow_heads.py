"""From outside: softmax heads over a network, many at once, and what is made of its layers."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from sklearn.metrics import normalized_mutual_info_score

from facet.errors import RefusedError
from tests.flow.jobs import ended

CC_FIELDS = ("n_clusters", "net", "augment", "input_size", "projector", "hidden", "batch_size", "epochs")
DIVCLUST = {
    "method": "divclust_cc",
    "n_clusters": 3,
    "net": {"type": "plain", "channels": [4, 8], "kernel": 3},
    "augment": {"type": "affine"},
    "input_size": None,
    "projector": [16, 8],
    "hidden": [16],
    "batch_size": 40,
    "epochs": 3,
    "heads": 4,
    "target": 0.5,
    "bound_every": 1,
    "consensus_heads": 2,
}
CC = {name: value for name, value in DIVCLUST.items() if name in CC_FIELDS} | {"method": "cc"}
DEEPCLUE = {name: value for name, value in CC.items() if name != "epochs"} | {
    "method": "deepclue",
    "layers": ["stage2", "projector2", "head1"],
    "base_clusterings": 2,
}


@pytest.fixture(scope="module")
def heads(client, halved):
    """Of many clusterings at once, led by the best one instead of the consensus."""
    return client.result(ended(client, client.submit(halved, DIVCLUST | {"single": "A"}))["id"])


def test_many_clusterings_at_once_come_with_one_of_them_all_and_with_baselines(heads, tmp_path):
    rows = heads.summary()["clusterings"]
    names = [row["name"] for row in rows]
    assert [name[0] for name in names[:3]] == ["A", "B", "C"]
    assert names[3:] == [f"head {i}" for i in (1, 2, 3, 4)] + ["k-means", "k-means/S", "k-means/F"]
    assert all(set(row["agreement"]) == {"y_left", "y_right"} for row in rows)
    assert {"agreement", "bound", "diversity"} <= heads.curves()["columns"].keys()
    told = heads.agreement()
    apart = np.load(heads.artifact("heads-nmi.npy", tmp_path / "heads.npy"))
    np.testing.assert_allclose(np.array(told["nmi"])[3:7, 3:7], apart, rtol=1e-5)
    with Image.open(heads.artifact("heads-nmi.png", tmp_path / "heads.png")) as picture:
        assert picture.height // 24 == 4, "below the numbers of the heads"
        assert picture.width > 5 * 24, "beside the scale"


def test_confident_members_of_a_head_are_named_beside_the_typical_ones(http, heads):
    soft, labels = heads.soft(), heads.labels()
    for cluster in heads.clusters():
        own = np.flatnonzero(labels == cluster["cluster"])
        top = sorted(own, key=lambda i: -soft[i, cluster["cluster"]])[:10]
        chosen = [member["index"] for member in cluster["confident"]]
        np.testing.assert_allclose(soft[chosen].max(axis=1), soft[top].max(axis=1), rtol=1e-5)
        assert len(chosen) == len(cluster["typical"]) == len(top)
        for member in cluster["confident"][:1]:
            assert http.get(member["image"]).headers["content-type"].startswith("image/")


REFUSED = {
    "one head": ({"heads": 1}, "/spec/heads"),
    "heads of one cluster": ({"n_clusters": 1}, "/spec/n_clusters"),
    "a target of 0": ({"target": 0}, "/spec/target"),
    "a target above 1": ({"target": 1.1}, "/spec/target"),
    "a batch no larger than k": ({"batch_size": 3}, "/spec/batch_size"),
    "a window larger than the images": ({"augment": {"type": "window", "sides": [7]}}, "/spec/augment/sides"),
    "no views": ({"augment": None}, "/spec/augment"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_heads_that_could_not_be_trained_are_refused_at_submission(client, halved, case):
    change, pointer = REFUSED[case]
    with pytest.raises(RefusedError) as caught:
        client.submit(halved, DIVCLUST | change)
    assert any(error["pointer"].startswith(pointer) for error in caught.value.problem["errors"])


def test_layers_of_a_trained_model_are_clustered_and_merged(client, http, halved, tmp_path):
    ended(client, client.submit(halved, CC))
    (model,) = (row for row in http.get("/v1/models").json()["data"] if row["method"] == "cc")
    spec = DEEPCLUE | {"initial_model": model["id"]}
    found = client.result(ended(client, client.submit(halved, spec))["id"])

    def table(name):
        return pq.read_table(found.artifact(f"{name}.parquet", tmp_path / f"{name}.parquet"))

    clusterings, clusters = table("base-clusterings"), table("base-clusters")
    assert clusterings["group"].to_pylist() == [name for name in DEEPCLUE["layers"] for _ in range(2)]
    assert sum(clusterings["clusters"].to_pylist()) == len(clusters)
    base = np.load(found.artifact("base-labels.npy", tmp_path / "base.npy"))
    labels, agreement = found.labels(), found.agreement()
    for row, own in zip(clusterings.to_pylist(), base.T, strict=True):
        assert row["nmi_with_consensus"] == pytest.approx(normalized_mutual_info_score(labels, own))
        assert 0 < row["weight"] <= 1
    assert agreement["nmi"][0][3] == pytest.approx(normalized_mutual_info_score(base[:, 0], base[:, 3]))
    layers = json.loads(found.artifact("layers.json", tmp_path / "layers.json").read_text())
    assert layers["names"] == DEEPCLUE["layers"]
