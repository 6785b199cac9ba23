"""From outside: two clusterings of the same images, each compared, shown and downloaded by itself."""

import io
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from facet.errors import JobEndedError, NotFoundError, RefusedError

N, SIDE = 120, 6
LEFT, RIGHT = np.arange(N) % 2, np.arange(N) // 2 % 3
COLUMNS = ("y_left", "y_right")
NET = {"net": {"type": "mlp", "hidden": [32]}, "embedding_dim": 5, "batch_size": 32, "pretrain_epochs": 20}
SPACES = {**NET, "epochs": 3, "init_steps": 50}
SPEC = {"method": "enrc", "n_clusters": [2, 3, 1], **SPACES}
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
ACEDEC = {"method": "acedec", "n_clusters": 2, **SPACES, "harden_epochs": 0, "pictures": 4}


def halves():
    """Noise, whose left half is dark or bright and whose right half has one of three shades."""
    x = np.random.default_rng(0).integers(0, 20, (N, SIDE, SIDE), dtype=np.uint8)
    x[:, :, : SIDE // 2] += (LEFT * 150).astype(np.uint8)[:, None, None]
    x[:, :, SIDE // 2 :] += (RIGHT * 100).astype(np.uint8)[:, None, None]
    return x


@pytest.fixture(scope="module")
def dataset(client, tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "halves.npz"
    np.savez(path, x=halves(), y_left=LEFT, y_right=RIGHT)
    return client.wait_dataset(client.upload(path)["id"], timeout=60)["id"]


@pytest.fixture(scope="module")
def results(client, dataset):
    """Of each clustering of one job."""
    job = ended(client, client.submit(dataset, SPEC))
    return [client.result(job["id"], clustering=index) for index in (0, 1)]


def ended(client, job):
    """A job that has succeeded."""
    done = client.wait(job["id"], timeout=90)
    if done["state"] != "succeeded":
        raise JobEndedError(done)
    return done


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


def test_what_a_method_shows_beside_its_clustering_can_be_downloaded(client, dataset, tmp_path):
    found = client.result(ended(client, client.submit(dataset, ACEDEC))["id"])
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


def test_autonr_finds_what_enrc_trains_on_and_the_result_carries_it(client, dataset, tmp_path):
    spec = {"method": "enrc", "init": "autonr", "search": {"repetitions": 2, "max_clusters": 4}, **SPACES}
    found = client.result(ended(client, client.submit(dataset, spec))["id"])
    spaces = json.loads(found.artifact("spaces.json", tmp_path / "spaces.json").read_text())["spaces"]
    clustered = [space["n_clusters"] for space in spaces if space["n_clusters"] > 1]
    assert [row["n_clusters"] for row in found.summary()["clusterings"]] == clustered != []
    assert sorted(each for space in spaces for each in space["dimensions"]) == list(range(5))
    search = pq.read_table(found.artifact("search.parquet", tmp_path / "search.parquet"))
    bits = search["mdl_bits"].to_pylist()
    assert bits == sorted(bits, reverse=True)


def test_the_agreement_of_an_ensemble_is_told_by_round_and_by_pair(client, dataset):
    members = [{"method": name} for name in ("kmeans", "agglomerative", "gmm")]
    spec = {"method": "deccs", "n_clusters": 2, "members": members, **NET, "rounds": 2, "steps": 20}
    spec |= {"classifier_steps": 60, "classifier_lr": 0.5, "pretrain_epochs": 5}
    found = client.result(ended(client, client.submit(dataset, spec | {"stop_below": None}))["id"])
    told = found.curves()["columns"]
    rounds = [value for value in told["agreement"] if value is not None]
    assert len(rounds) == 3 and all(0 <= value <= 1 for value in rounds)
    each = [f"agreement_{member['method']}" for member in members]
    assert rounds[-1] == pytest.approx(np.mean([told[name][-1] for name in each]))
    agreement = found.agreement()
    assert agreement["names"] == ["kmeans", "agglomerative", "gmm"]
    assert np.array([agreement[name] for name in ("nmi", "ari", "vi")]).shape == (3, 3, 3)
    assert max(rounds) == pytest.approx(np.array(agreement["nmi"])[np.triu_indices(3, 1)].mean())


def test_a_job_of_one_clustering_has_nothing_to_compare_or_weigh(client, dataset):
    job = ended(client, client.submit(dataset, {"method": "kmeans", "n_clusters": 6}))
    found = client.result(job["id"])
    with pytest.raises(NotFoundError, match="at least 2"):
        found.agreement()
    with pytest.raises(NotFoundError, match="weighs no dimensions"):
        found.projection("heaviest")


@pytest.fixture(scope="module")
def heads(client, dataset):
    """Of many clusterings at once, led by the best one instead of the consensus."""
    return client.result(ended(client, client.submit(dataset, DIVCLUST | {"single": "A"}))["id"])


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
def test_heads_that_could_not_be_trained_are_refused_at_submission(client, dataset, case):
    change, pointer = REFUSED[case]
    with pytest.raises(RefusedError) as caught:
        client.submit(dataset, DIVCLUST | change)
    assert any(error["pointer"].startswith(pointer) for error in caught.value.problem["errors"])


@pytest.mark.parametrize("clusters", [2, [], [1, 2]])
def test_lists_of_clusters_that_make_no_sense_are_refused(client, dataset, clusters):
    with pytest.raises(RefusedError) as caught:
        client.submit(dataset, SPEC | {"n_clusters": clusters})
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


def test_a_preset_clusters_views_and_attributes_together_or_is_refused(client, dataset, tmp_path):
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
        client.submit(dataset, preset="beads/beads-small")


def test_layers_of_a_trained_model_are_clustered_and_merged(client, http, dataset, tmp_path):
    ended(client, client.submit(dataset, CC))
    (model,) = (row for row in http.get("/v1/models").json()["data"] if row["method"] == "cc")
    spec = DEEPCLUE | {"initial_model": model["id"]}
    found = client.result(ended(client, client.submit(dataset, spec))["id"])

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
