"""From outside: contrast, then a clustering with resets and self-labelling; and one by momentum groups."""

import numpy as np
import pytest

from tests.flow.jobs import ended

N, K, SIDE = 60, 3, 16
NET = {
    "net": {"type": "resnet", "width": 4, "hidden": [16], "projector": [16, 8]},
    "embedding_dim": 4,
    "batch_size": 30,
    "augment": {"type": "simclr"},
}
SIMCLR = {"method": "simclr", **NET, "epochs": 2}
DCN = {
    "method": "dcn",
    "n_clusters": K,
    **NET,
    "epochs": 5,
    "observe_every": 1,
    "schedule": {"warmup_epochs": 1, "decay": "cosine"},
    "brb": {"interval": 2},
    "self_label": {
        "epochs": 2,
        "warmup_epochs": 1,
        "threshold": 0.2,
        "strong": {"type": "strong", "padding": 2, "hole": 4},
    },
}
DIGPRO = {
    "method": "digpro",
    "n_clusters": K,
    "net": {"type": "resnet", "width": 4, "hidden": [16]},
    "embedding_dim": 4,
    "predictor": [8],
    "batch_size": 20,
    "epochs": 3,
    "warmup_epochs": 1,
    "schedule": {"warmup_epochs": 1, "warmup_from": 0, "decay": "cosine"},
    "bank_size": 80,
}
DEC = {"method": "dec", "n_clusters": K, "net": {"type": "mlp", "hidden": [8]}, "pretrain_epochs": 1}
ENDING_EARLY = {"n_clusters": K, "net": {"hidden": [8]}, "epochs": 30, "stop_below": 0.99}


@pytest.fixture(scope="module")
def colors():
    """Noise (N, SIDE, SIDE, 3), in which one channel is bright; which one is the label."""
    y = np.arange(N) % K
    x = np.random.default_rng(0).integers(40, 80, (N, SIDE, SIDE, 3), dtype=np.uint8)
    x[np.arange(N), :, :, y] += 160
    return x, y


@pytest.fixture(scope="module")
def sent(client, colors):
    """The ids of images in color, in gray and all alike, and of vectors; checked while others are used."""
    x, y = colors
    alike = np.repeat(x[:1], N, axis=0)
    samples = {"color": x, "gray": x[..., 0], "vectors": x[:, 0, 0].astype(np.float32), "alike": alike}
    return {kind: client.upload(array, name=kind, labels=y)["id"] for kind, array in samples.items()}


@pytest.fixture(scope="module")
def color(client, sent):
    return client.wait_dataset(sent["color"], timeout=60)["id"]


@pytest.fixture(scope="module")
def datasets(client, sent):
    """The same, once all of them are ready."""
    return {kind: client.wait_dataset(dataset, timeout=60)["id"] for kind, dataset in sent.items()}


@pytest.fixture(scope="module")
def pretraining(client, color):
    return ended(client, client.submit(color, SIMCLR))


@pytest.fixture(scope="module")
def model(http, pretraining):
    """What the pretraining has learned."""
    listed = http.get("/v1/models").json()["data"]
    return next(model for model in listed if model["job"] == pretraining["id"])


@pytest.fixture(scope="module")
def dcn(client, color, model):
    return ended(client, client.submit(color, DCN | {"initial_model": model["id"]}))


@pytest.fixture(scope="module")
def digpro(client, color):
    return ended(client, client.submit(color, DIGPRO))


@pytest.fixture(scope="module")
def curves(client, dcn):
    return client.result(dcn["id"]).curves()


def in_stage(curves, stage, name):
    """A curve's values in the epochs of one stage."""
    columns = curves["columns"]
    return [value for value, at in zip(columns[name], columns["stage"], strict=True) if at == stage]


def test_a_contrastive_pretraining_yields_a_model_and_no_clustering(http, pretraining, model):
    assert (pretraining["kind"], pretraining["summary"]["clusterings"]) == ("pretrain", 0)
    assert (model["method"], model["input"]["shape"]) == ("simclr", [SIDE, SIDE, 3])
    assert {file["name"] for file in model["files"]} == {"model.json", "model.safetensors"}
    assert http.get(model["links"]["self"]).json() == model
    assert http.get(f"/v1/jobs/{pretraining['id']}/result/labels").json()["code"] == "not_found"


def test_a_clustering_starts_from_it_without_a_pretraining_of_its_own(curves, dcn, model):
    assert (dcn["spec"]["initial_model"], dcn["trained_from"]) == (model["id"], model["id"])
    stages = ["cluster"] * 5 + ["warm-up head"] + ["self-label"] * 2
    assert curves["columns"]["stage"] == stages
    assert list(dcn["summary"]["stages"]) == ["cluster", "warm-up head", "self-label"]


def test_resets_are_marks_beside_the_curves(http, curves, dcn):
    marks = [{"step": step, "stage": "cluster", "epoch": step, "name": "reset"} for step in (3, 5)]
    assert curves["marks"] == marks
    assert http.get(f"/v1/jobs/{dcn['id']}/metrics").json()["marks"] == marks
    assert "reset" not in curves["columns"]


def test_curves_tell_what_happens_inside(curves):
    known = ("distance_ratio", "acc", "nmi", "ari", "intra_class", "inter_class")
    for name in ("loss", "clusters", "auxiliary", *known):
        assert None not in in_stage(curves, "cluster", name), name
    assert any(value is not None for value in in_stage(curves, "cluster", "silhouette"))
    assert [value is None for value in in_stage(curves, "cluster", "label_change")] == [True] + [False] * 4
    assert in_stage(curves, "self-label", "confident")[-1] > 0
    assert in_stage(curves, "warm-up head", "agreement")[-1] > 0.9


def test_the_heads_probabilities_are_the_soft_assignment(client, dcn):
    result = client.result(dcn["id"])
    labels, soft = result.labels(), result.soft()
    assert soft.shape == (N, K)
    np.testing.assert_allclose(soft.sum(axis=1), 1, rtol=1e-5)
    assert labels.tolist() == soft.argmax(axis=1).tolist()
    assert set(result.summary()["agreement"]["y"]) >= {"acc", "nmi", "ari"}


def test_medoids_stand_for_clusters_where_nothing_decodes(client, http, dcn):
    result = client.result(dcn["id"])
    clusters = [cluster for cluster in result.clusters() if cluster["size"]]
    assert sum(cluster["size"] for cluster in clusters) == N
    for cluster in clusters:
        shown = cluster["prototype"]
        assert (shown["decoded"], shown["image"], len(shown["center"])) == (None, None, 4)
        assert result.labels()[cluster["medoid"]["index"]] == cluster["cluster"]
        assert http.get(cluster["medoid"]["image"]).headers["content-type"].startswith("image/")
    here = f"/v1/jobs/{dcn['id']}/result"
    assert http.get(f"{here}/clusters/{clusters[0]['cluster']}/prototype.png").status_code == 404
    assert http.get(f"{here}/gallery.png").status_code == 200


def test_a_preset_with_changes_ends_once_few_samples_change_behind_the_last_reset(client, color):
    preset = {"preset": "brb/dec-gtsrb-scratch", "overrides": ENDING_EARLY}
    job = ended(client, client.submit(color, **preset))
    assert (job["preset"], job["spec"]["brb"]["interval"]) == ("brb/dec-gtsrb-scratch", 20)
    curves = client.result(job["id"]).curves()
    assert [mark["step"] for mark in curves["marks"]] == [21]
    assert 21 <= curves["steps"] < ENDING_EARLY["epochs"]
    assert curves["columns"]["changed"][-1] < ENDING_EARLY["stop_below"]


def test_equal_samples_end_in_an_error_of_the_job_when_a_reset_is_due(client, datasets):
    spec = DEC | {"epochs": 4, "brb": {"interval": 2}}
    job = client.wait(client.submit(datasets["alike"], spec)["id"], timeout=90)
    assert (job["state"], job["error"]["code"]) == ("failed", "collapsed_embedding"), job["error"]
    assert "epoch 3 of 4" in job["error"]["detail"]
    assert job["attempts_lost"] == 0


def test_prototypes_and_momentum_groups_are_two_clusterings_of_one_job(client, digpro):
    results = [client.result(digpro["id"], clustering=index) for index in (0, 1)]
    told = results[0].summary()["clusterings"]
    assert [row["name"] for row in told] == ["prototypes", "momentum groups"]
    z = results[0].embeddings()
    np.testing.assert_allclose(np.linalg.norm(z, axis=1), 1, rtol=1e-5)
    for result in results:
        labels, soft = result.labels(), result.soft()
        assert labels.tolist() == soft.argmax(axis=1).tolist()
        centers = np.array([cluster["prototype"]["center"] for cluster in result.clusters()])
        np.testing.assert_allclose(np.linalg.norm(centers, axis=1), 1, rtol=1e-4)
        cosines = z @ centers.T
        np.testing.assert_allclose(cosines[np.arange(N), labels], cosines.max(axis=1), atol=1e-3)


def test_every_part_of_their_loss_has_a_curve(client, digpro):
    columns = client.result(digpro["id"]).curves()["columns"]
    for name in ("loss", "alignment", "grouping", "spread", "empty", "acc", "nmi"):
        assert None not in columns[name], name
    assert [value is None for value in columns["scattering"]] == [True, False, False]
    assert [value is None for value in columns["label_change"]] == [True, False, False]


REFUSED = {
    "a contrastive method on vectors": ("vectors", SIMCLR, "/spec/method", "needs_images", None),
    "a contrastive net on vectors": ("vectors", DCN, "/spec/net/type", "needs_images", {"enum": ["mlp"]}),
    "a contrastive net without views": (
        "color",
        DCN | {"augment": None},
        "/spec/augment",
        "needs_augment",
        {"type": "object", "required": ["type"]},
    ),
    "strong views of vectors": (
        "vectors",
        DEC | {"self_label": {}},
        "/spec/self_label/strong",
        "needs_images",
        {"enum": [None]},
    ),
    "colored views of one channel": (
        "gray",
        DCN,
        "/spec/augment/type",
        "needs_color",
        {"enum": ["affine", "crop", "strong", "window"]},
    ),
    "an interval as long as the run": (
        "color",
        DCN | {"brb": {"interval": 5}},
        "/spec/brb/interval",
        "interval_too_long",
        {"maximum": 4},
    ),
    "a batch no larger than the clusters are many": (
        "color",
        DIGPRO | {"batch_size": 3},
        "/spec/batch_size",
        "batch_too_small",
        {"minimum": 4},
    ),
    "a memory bank with less place than groups": (
        "color",
        DIGPRO | {"bank_size": 2},
        "/spec/bank_size",
        "bank_too_small",
        {"minimum": 3},
    ),
    "momentum groups of vectors": ("vectors", DIGPRO, "/spec/method", "needs_images", None),
    "a batch of one": ("color", DCN | {"batch_size": 1}, "/spec/batch_size", "greater_than_equal", {"ge": 2}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_could_never_work_is_refused_with_what_would_be_accepted(http, datasets, case):
    kind, spec, pointer, code, accepted = REFUSED[case]
    answer = http.post("/v1/jobs", json={"dataset": datasets[kind], "spec": spec})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    errors = {error["pointer"]: error for error in answer.json()["errors"]}
    assert (errors[pointer]["code"], errors[pointer]["accepted"]) == (code, accepted)
