"""Breaking the Reclustering Barrier: what appendix E and the tables say, for some of the experiments."""

import pytest

from clustering.presets import PRESETS
from clustering.presets.brb_figures import COLOR, GRAY, GRAY_COLUMNS

SETS = ["mnist", "fashionmnist", "kmnist", "usps", "optdigits", "gtsrb"]


def test_every_experiment_of_the_tables_has_its_preset():
    gray = {
        f"brb/{method}-{data}{start}{half}"
        for method in ("dec", "idec", "dcn")
        for data in SETS
        for start in ("", "-scratch")
        for half in ("", "-plain", "-recluster", "-reset")
    }
    color = {
        f"brb/{method}-{data}{label}{half}"
        for method in ("dec", "idec", "dcn")
        for data in ("cifar10", "cifar100-20")
        for label in ("", "-no-self-label")
        for half in ("", "-plain")
    }
    assert gray | color <= set(PRESETS)


def test_dec_on_mnist_has_the_parameters_of_table_5():
    spec = PRESETS["brb/dec-mnist"].params.model_dump()
    said = {
        "method": "dec", "n_clusters": 10, "embedding_dim": 10, "batch_size": 256, "scale": "standard",
        "pretrain_epochs": 250, "pretrain_augment": False, "pretrain_lr": 1e-3, "epochs": 400, "lr": 1e-3,
        "clip_norm": 500.0, "target": "batch", "self_label": None,
    }  # fmt: skip
    assert {name: spec[name] for name in said} == said
    assert spec["net"] == {"type": "mlp", "hidden": (1024, 512, 256), "activation": "relu"}
    assert spec["augment"] == {"type": "affine", "degrees": 16, "translate": 0.1, "shear": 8, "zoom": 0}
    assert spec["optimizer"] == spec["pretrain_optimizer"] == {"type": "adam", "weight_decay": 0}
    assert (spec["brb"]["interval"], spec["brb"]["alpha"]) == (20, 0.8)


def test_the_weights_are_those_of_the_papers_code():
    dcn, idec = PRESETS["brb/dcn-usps"].params.model_dump(), PRESETS["brb/idec-usps"].params.model_dump()
    assert (dcn["cluster_weight"], dcn["cluster_mean"]) == (0.025, "sample_and_cluster")
    assert (dcn["center_update"], dcn["auxiliary_weight"]) == ("brb_code", 1)
    assert (idec["cluster_weight"], idec["auxiliary_weight"], idec["reconstruction_mean"]) == (
        0.1,
        1,
        "element",
    )


def test_signs_are_five_clusters_of_colored_views():
    spec = PRESETS["brb/dcn-gtsrb"].params.model_dump()
    assert (spec["n_clusters"], spec["embedding_dim"], spec["augment"]["type"]) == (5, 5, "simclr")


def test_the_names_endings_leave_out_what_they_say():
    assert PRESETS["brb/dec-mnist-scratch"].params.model_dump()["pretrain_epochs"] == 0
    assert PRESETS["brb/dec-mnist-plain"].params.model_dump()["brb"] is None
    assert PRESETS["brb/dec-mnist-recluster"].params.model_dump()["brb"]["alpha"] == 1
    assert PRESETS["brb/dec-mnist-reset"].params.model_dump()["brb"]["recluster"] == "none"
    assert PRESETS["brb/dec-cifar10-no-self-label"].params.model_dump()["self_label"] is None


@pytest.mark.parametrize(
    ("method", "lr", "weight"), [("dec", 1e-3, None), ("idec", 3e-3, 1.0), ("dcn", 1e-2, 1e-4)]
)
def test_contrastive_clustering_has_the_parameters_of_table_7(method, lr, weight):
    spec = PRESETS[f"brb/{method}-cifar100-20"].params.model_dump()
    said = {
        "n_clusters": 20, "embedding_dim": 128, "batch_size": 512, "pretrain_epochs": 1000, "epochs": 1000,
        "pretrain_lr": 3e-3, "lr": lr, "clip_norm": 500.0, "temperature": 0.5,
    }  # fmt: skip
    assert {name: spec[name] for name in said} == said
    assert spec.get("cluster_weight") == weight
    assert spec.get("auxiliary_weight") == (weight and 2.0), "both directions of the contrast are added"
    assert spec["pretrain_optimizer"] == {"type": "adamw", "weight_decay": 1e-4}
    assert spec["optimizer"] == {"type": "adam", "weight_decay": 0}
    assert spec["net"]["type"] == "resnet"
    assert (spec["self_label"]["batch_size"], spec["self_label"]["threshold"]) == (1000, 0.99), "as in SCAN"
    resets = spec["brb"]
    assert (resets["interval"], resets["alpha"], resets["block_step"]) == (10, 0.7, 0.2)
    assert resets["reset_projector"] is True


@pytest.mark.parametrize("method", ["idec", "dcn"])
def test_the_weight_over_a_contrastive_net_is_told_where_it_is_asked_for(method):
    params = PRESETS[f"brb/{method}-cifar10"].params
    said = type(params).model_fields["cluster_weight"].description
    assert f"contrastive net BRB's code takes {params.cluster_weight}".replace("0.0001", "1e-4") in said
    assert f"auxiliary_weight of {params.auxiliary_weight:g}" in said


def test_simclr_alone_has_the_pretraining_of_the_clusterings():
    alone = PRESETS["brb/simclr-cifar10"].params.model_dump()
    whole = PRESETS["brb/dcn-cifar10"].params.model_dump()
    same = ("net", "embedding_dim", "batch_size", "augment", "scale", "temperature", "clip_norm", "precision")
    assert {name: alone[name] for name in same} == {name: whole[name] for name in same}
    turned = ("epochs", "lr", "optimizer", "schedule")
    assert {name: alone[name] for name in turned} == {name: whole[f"pretrain_{name}"] for name in turned}


@pytest.mark.parametrize("metric", GRAY)
def test_the_averages_that_the_paper_gives_are_those_of_the_numbers_read(metric):
    for *numbers, average in GRAY[metric].values():
        assert len(numbers) == len(GRAY_COLUMNS) - 1
        assert sum(numbers) / len(numbers) == pytest.approx(average, abs=0.0051)


def test_the_gains_of_table_1_are_those_that_the_text_tells():
    gain = {name: COLOR[f"{name}+brb"][0] - COLOR[name][0] for name in ("dec", "idec", "dcn")}
    assert all(2 < value < 3 for value in gain.values())
    assert 6 < COLOR["dcn+brb"][3] - 50.7 < 6.5, "DCN with BRB beats SCAN on CIFAR-100-20 by up to 6 points"


@pytest.mark.parametrize(
    ("name", "acc"),
    [
        ("brb/dcn-mnist", 96.40),
        ("brb/idec-usps-scratch", 84.50),
        ("brb/dec-optdigits", 92.32),
        ("brb/dec-gtsrb-scratch-plain", 47.00),
        ("brb/dcn-cifar10", 91.23),
        ("brb/simclr-kmeans-cifar10", 68.97),
    ],
)
def test_a_preset_carries_the_figure_of_its_own_row_and_column(name, acc):
    assert PRESETS[name].figure.acc == acc


def test_a_figure_that_cannot_be_read_is_none_and_said():
    preset = PRESETS["brb/dcn-cifar10-no-self-label"]
    assert preset.figure is None
    assert any("table 17" in note for note in preset.notes)
