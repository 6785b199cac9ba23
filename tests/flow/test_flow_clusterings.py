"""From outside: two clusterings of the same images, each compared, shown and downloaded by itself."""

import io
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from facet.errors import NotFoundError, RefusedError
from tests.flow.halves import LEFT, RIGHT, SIDE, halves
from tests.flow.jobs import ended

COLUMNS = ("y_left", "y_right")
NET = {"net": {"type": "mlp", "hidden": [32]}, "embedding_dim": 5, "batch_size": 32, "pretrain_epochs": 20}
SPACES = {**NET, "epochs": 3, "init_steps": 50}
SPEC = {"method": "enrc", "n_clusters": [2, 3, 1], **SPACES}
ACEDEC = {"method": "acedec", "n_clusters": 2, **SPACES, "harden_epochs": 0, "pictures": 4}


@pytest.fixture(scope="module")
def results(client, halved):
    """Of each clustering of one job."""
    job = ended(client, client.submit(halved, SPEC))
    return [client.result(job["id"], clustering=index) for index in (0, 1)]


def test_the_summary_tells_both_clusterings_and_their_match_with_true_labels(results):
    told = results[0].summary()
    assert [row["n_clusters"] for row in told["clusterings"]] == [2, 3]
    assert [row["n_outliers"] for row in told["clusterings"]] == [0, 0]
    assert 1 <= sum(row["n_dimensions"] for row in told["clusterings"]) <= NET["embedding_dim"]
    for column, truth in {"y_left": LEFT, "y_right": RIGHT}.items():
        found = told["summary"]["matched"][column]
        labels = results[found["clustering"]].labels()
        assert found["nmi"] == pytest.approx(normalized_mutual_info_score(truth, labels))
    assert told["summary"]["matched"]["y_left"]["acc"] == 1


def test_clusterings_are_compared_pair_by_pair(results):
    told, agreement = results[0].summary(), results[0].agreement()
    one, other = (found.labels() for found in results)
    nmi, ari = normalized_mutual_info_score(one, other), adjusted_rand_score(one, other)
    assert agreement["names"] == [row["name"] for row in told["clusterings"]]
    np.testing.assert_allclose(agreement["nmi"], [[1, nmi], [nmi, 1]])
    np.testing.assert_allclose(agreement["ari"], [[1, ari], [ari, 1]])
    assert told["summary"]["redundancy"]["vi"] == agreement["vi"][0][1] == agreement["vi"][1][0]


@pytest.mark.parametrize("index", [0, 1])
def test_each_clustering_has_labels_prototypes_and_a_picture_of_its_own(http, results, index):
    found = results[index]
    labels = found.labels()
    clusters = found.clusters()
    assert [row["size"] for row in clusters] == np.bincount(labels, minlength=index + 2).tolist()
    for row in clusters:
        assert found.prototype(row["cluster"]).shape == (SIDE, SIDE, 1)
        assert http.get(row["prototype"]["image"]).headers["content-type"] == "image/png"
        assert {labels[member["index"]] for member in row["typical"]} <= {row["cluster"]}
    gallery = http.get(found.url("gallery.png"), params={"clustering": index})
    drawn = sum(row["size"] > 0 for row in clusters)
    assert Image.open(io.BytesIO(gallery.content)).height // 66 == drawn, "a row each, below the captions"


def test_each_clustering_is_plotted_along_its_heaviest_dimensions(results):
    z = results[0].embeddings()
    for found, row in zip(results, results[0].summary()["clusterings"], strict=True):
        np.testing.assert_array_equal(found.projection("heaviest"), z[:, row["heaviest"]])
        weights = np.array(row["weights"])
        assert weights[row["heaviest"][0]] == weights.max()


def test_files_of_both_are_artifacts_of_the_job(results, tmp_path):
    names = {row["name"] for row in results[0].artifacts()}
    assert {"agreement.json", "labels-1.parquet", "projection-heaviest-1.parquet"} <= names
    assert results[0].artifact("agreement.json", tmp_path / "a.json").stat().st_size > 50


def test_new_samples_are_assigned_to_every_clustering(client, http, results, tmp_path):
    np.savez(tmp_path / "new.npz", x=halves()[:30], y_left=LEFT[:30], y_right=RIGHT[:30])
    new = client.wait_dataset(client.upload(tmp_path / "new.npz")["id"], timeout=60)["id"]
    (model,) = (row for row in http.get("/v1/models").json()["data"] if row["method"] == "enrc")
    job = ended(client, client.predict(model["id"], new))
    assert (job["kind"], job["trained_from"]) == ("predict", model["id"])
    for index, trained in enumerate(results):
        found = client.result(job["id"], clustering=index)
        np.testing.assert_array_equal(found.labels(), trained.labels()[:30])
        assert [row["size"] for row in found.clusters()] == np.bincount(found.labels()).tolist()
    told = client.result(job["id"]).summary()
    assert told["summary"]["matched"]["y_left"]["acc"] == 1
    assert told["summary"]["redundancy"]["vi"] > 0
    assert job["links"]["self"] not in [row["links"]["job"] for row in http.get("/v1/models").json()["data"]]


def test_what_a_method_shows_beside_its_clustering_can_be_downloaded(client, halved, tmp_path):
    found = client.result(ended(client, client.submit(halved, ACEDEC))["id"])
    assert found.summary()["clusterings"][0]["n_dimensions"] is not None
    weights = np.array(found.summary()["clusterings"][0]["weights"])
    assert weights.shape == (5,) and ((weights > 0) & (weights < 1)).all()

    def shown(name):
        return np.load(found.artifact(f"{name}.npy", tmp_path / f"{name}.npy"))

    spaces, walks = shown("spaces"), shown("traversals")
    assert spaces.shape == (3, 4, SIDE, SIDE, 1)
    assert shown("shared-prototype").shape == (SIDE, SIDE, 1)
    assert walks.shape[1:] == (7, SIDE, SIDE, 1)
    for name, size in (("spaces", (4, 3)), ("traversals", (7, len(walks))), ("shared-prototype", (1, 1))):
        with Image.open(found.artifact(f"{name}.png", tmp_path / f"{name}.png")) as picture:
            assert picture.size == (size[0] * 66 + 2, size[1] * 66 + 2)


def test_each_clustering_is_followed_by_curves_of_its_own(results):
    told = results[0].curves()["columns"]
    scores = {f"{name}_{place}/{column}" for name in ("nmi", "acc") for place in "01" for column in COLUMNS}
    assert scores <= told.keys()
    assert {f"{name}_{of}" for name in ("share", "dimensions") for of in ("0", "1", "shared")} <= told.keys()
    assert sum(told[f"share_{of}"][-1] for of in ("0", "1", "shared")) == pytest.approx(1)


def test_autonr_finds_what_enrc_trains_on_and_the_result_carries_it(client, halved, tmp_path):
    spec = {"method": "enrc", "init": "autonr", "search": {"repetitions": 2, "max_clusters": 4}, **SPACES}
    found = client.result(ended(client, client.submit(halved, spec))["id"])
    spaces = json.loads(found.artifact("spaces.json", tmp_path / "spaces.json").read_text())["spaces"]
    clustered = [space["n_clusters"] for space in spaces if space["n_clusters"] > 1]
    assert [row["n_clusters"] for row in found.summary()["clusterings"]] == clustered != []
    assert sorted(each for space in spaces for each in space["dimensions"]) == list(range(5))
    search = pq.read_table(found.artifact("search.parquet", tmp_path / "search.parquet"))
    bits = search["mdl_bits"].to_pylist()
    assert bits == sorted(bits, reverse=True)


def test_the_agreement_of_an_ensemble_is_told_by_round_and_by_pair(client, halved):
    members = [{"method": name} for name in ("kmeans", "agglomerative", "gmm")]
    spec = {"method": "deccs", "n_clusters": 2, "members": members, **NET, "rounds": 2, "steps": 20}
    spec |= {"classifier_steps": 60, "classifier_lr": 0.5, "pretrain_epochs": 5}
    found = client.result(ended(client, client.submit(halved, spec | {"stop_below": None}))["id"])
    told = found.curves()["columns"]
    rounds = [value for value in told["agreement"] if value is not None]
    assert len(rounds) == 3 and all(0 <= value <= 1 for value in rounds)
    each = [f"agreement_{member['method']}" for member in members]
    assert rounds[-1] == pytest.approx(np.mean([told[name][-1] for name in each]))
    agreement = found.agreement()
    assert agreement["names"] == ["kmeans", "agglomerative", "gmm"]
    assert np.array([agreement[name] for name in ("nmi", "ari", "vi")]).shape == (3, 3, 3)
    assert max(rounds) == pytest.approx(np.array(agreement["nmi"])[np.triu_indices(3, 1)].mean())


def test_a_job_of_one_clustering_has_nothing_to_compare_or_weigh(client, halved):
    job = ended(client, client.submit(halved, {"method": "kmeans", "n_clusters": 6}))
    found = client.result(job["id"])
    with pytest.raises(NotFoundError, match="at least 2"):
        found.agreement()
    with pytest.raises(NotFoundError, match="weighs no dimensions"):
        found.projection("heaviest")


@pytest.mark.parametrize("clusters", [2, [], [1, 2]])
def test_lists_of_clusters_that_make_no_sense_are_refused(client, halved, clusters):
    with pytest.raises(RefusedError) as caught:
        client.submit(halved, SPEC | {"n_clusters": clusters})
    assert any("n_clusters" in error["pointer"] for error in caught.value.problem["errors"])


TINY_BEADS = {
    "net": {"channels": [4], "hidden": [8]},
    "embedding_dim": 3,
    "batch_size": 20,
    "pretrain_epochs": 2,
    "pretrain_schedule": {"warmup_epochs": 1},
    "epochs": 2,
    "repetitions": 1,
    "max_spaces": 2,
    "max_clusters": 3,
    "evening": {"groups": 3, "draws": 60},
}


def test_a_preset_clusters_views_and_attributes_together_or_is_refused(client, halved, tmp_path):
    rng = np.random.default_rng(0)
    views = rng.integers(0, 256, (40, 2, 8, 8, 3), dtype=np.uint8)
    np.savez(tmp_path / "b.npz", views=views, attributes=rng.random((40, 1)), attribute_names=["weight"])
    beads = client.wait_dataset(client.upload(tmp_path / "b.npz")["id"], timeout=60)["id"]
    job = client.submit(beads, preset="beads/beads-small", overrides=TINY_BEADS)
    found = client.result(ended(client, job)["id"])
    candidates = pq.read_table(found.artifact("candidates.parquet", tmp_path / "c.parquet"))
    assert candidates.num_rows == 1
    assert {"held_out", "mdl_bits", "mean_vi", "cosine", "clusters"} <= set(candidates.column_names)
    attributes = pq.read_table(found.artifact("prototype-attributes.parquet", tmp_path / "p.parquet"))
    assert attributes.column_names == ["clustering", "cluster", "weight"]
    with pytest.raises(RefusedError, match="one view and no attributes"):
        client.submit(halved, preset="beads/beads-small")
