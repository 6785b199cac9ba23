import pytest

from clustering.optim import share
from clustering.presets import PRESETS
from clustering.presets.preset import epochs_of, lean


def test_steps_become_epochs_of_the_data():
    assert epochs_of(100_000, 70_000) == 366
    assert epochs_of(2_000, 900) == 569
    assert epochs_of(1, 70_000) == 1


def test_a_lean_spec_parses_to_the_same_params_without_repeating_defaults():
    given = {"method": "dcn", "n_clusters": 3, "lr": 1e-3, "epochs": 7}
    assert lean(given) == {"method": "dcn", "n_clusters": 3, "epochs": 7}


def test_dcn_stands_at_half_of_each_weight_of_the_paper():
    weights = [PRESETS[f"acedec/dcn-{name}-mnist"].params.cluster_weight for name in ("0.1", "1", "10")]
    assert weights == [0.05, 0.5, 5.0]


def test_acedec_has_the_papers_starts_and_halves_its_learning_rate_four_times():
    params = PRESETS["acedec/acedec-usps"].params
    assert (params.init_starts, params.init_steps) == (20, 20_000)
    assert [share(params.schedule, done, 5) for done in range(5)] == [0.5**fifth for fifth in range(5)]


def test_images_are_pretrained_layer_by_layer_and_vectors_as_a_whole():
    trained = [preset for name, preset in PRESETS.items() if name.startswith("acedec/")]
    trained = [preset for preset in trained if hasattr(preset.params, "layerwise")]
    assert {preset.dataset.kind for preset in trained if preset.params.layerwise} == {"images"}
    assert {preset.dataset.kind for preset in trained if not preset.params.layerwise} == {"vectors"}
    for method in ("acedec", "dcn-10", "dec", "ae-kmeans", "ae-subkmeans"):
        params = PRESETS[f"acedec/{method}-mnist"].params
        steps = {stage: epochs * 70_000 / 256 for stage, epochs in params.pretrain_stages.items()}
        assert list(steps) == ["layer 1", "layer 2", "layer 3", "layer 4", "pretrain"]
        assert list(steps.values()) == pytest.approx([25_000] * 4 + [50_000], rel=0.01)
        assert (params.layerwise.corruption, params.layerwise.dropout) == (0.2, 0.2)
        assert (params.layerwise.lr, params.pretrain_lr) == (1e-3, 1e-4)


def test_the_papers_own_runs_of_dec_and_idec_start_from_the_same_autoencoders():
    same = ("net", "embedding_dim", "scale", "layerwise", "pretrain_epochs", "epochs", "lr", "schedule")
    dcn = PRESETS["acedec/dcn-1-mnist-test"].params
    for method, figures in (("dec", (74, 75, 57)), ("idec", (80, 77, 61))):
        rows = [PRESETS[f"acedec/{method}-{key}"] for key in ("mnist", "mnist-test", "fashionmnist")]
        assert [(row.params.method, row.figure.nmi) for row in rows] == [(method, nmi) for nmi in figures]
        assert [getattr(rows[1].params, name) for name in same] == [getattr(dcn, name) for name in same]
        assert rows[1].params.n_init == 20


@pytest.mark.parametrize("name", ["dcn-0.1-gtsrb", "acedec-gtsrb", "acedec-mnist", "acedec-synth25"])
def test_the_rate_of_figure_4_falls_by_its_factor_every_20_000_steps(name):
    usual = PRESETS[f"acedec/{name}"].params
    for factor in (0.1, 0.9):
        params = PRESETS[f"acedec/{name}-gamma-{factor}"].params
        falls = [share(params.schedule, done, 5) for done in range(5)]
        assert falls == pytest.approx([factor**fifth for fifth in range(5)])
        assert params.model_copy(update={"schedule": usual.schedule}) == usual


def test_clusters_without_noise_fill_their_embedding():
    row = PRESETS["acedec/dcn-10-synth0"]
    assert (row.params.embedding_dim, row.dataset.shape, row.figure) == (2, (2,), None)
    assert row.title == "DCN at λ = 10 on SYNTH-0"


def test_vectors_are_never_augmented_and_images_also_are():
    names = [name for name in PRESETS if name.startswith("acedec/")]
    assert not any("synth25-augmented" in name for name in names)
    assert PRESETS["acedec/acedec-usps-augmented"].params.augment.degrees == 20
    assert PRESETS["acedec/acedec-usps"].params.augment is None


def test_figures_stand_in_the_columns_of_their_data():
    assert PRESETS["acedec/acedec-gtsrb"].figure.nmi == 52
    assert PRESETS["acedec/acedec-usps-hardened"].figure.nmi == 68
    assert PRESETS["acedec/ae-kmeans-synth25"].figure.nmi == 11
    assert PRESETS["enrc/enrc-gtsrb"].figure.nmi == (74 + 67) / 2


def test_enrc_has_a_clustering_for_each_labeling():
    assert PRESETS["enrc/enrc-nr-objects"].params.n_clusters == (6, 3, 2)
    assert PRESETS["enrc/enrc-c-mnist"].params.net.channels == (8, 16, 32, 64, 128)


def test_deccs_links_the_nearest_members_of_clusters_on_moons_alone():
    linkages = {
        name: [(member.model_extra or {}).get("linkage") for member in PRESETS[name].params.members]
        for name in ("deccs/deccs-synth", "deccs/deccs-har")
    }
    assert "single" in linkages["deccs/deccs-synth"]
    assert "single" not in linkages["deccs/deccs-har"]
    assert PRESETS["deccs/dec-har"].figure.ari == 39


def test_deccs_trains_as_the_settings_beside_its_code_say():
    params = [PRESETS[f"deccs/deccs-{key}"].params for key in ("synth", "mice", "har", "mnist")]
    assert [each.patience for each in params] == [500, 500, 500, 100]
    assert [each.optimizer.weight_decay for each in params] == [1e-3, 1e-6, 1e-5, 0]
    assert [each.holdout for each in params] == [0.5, 0.4, 0.4, 0.5]
    assert {(each.stop_below, each.rounds) for each in params} == {(None, 10)}


def test_rows_on_an_autoencoder_are_one_job_each():
    row = PRESETS["acedec/ae-subkmeans-gtsrb"]
    assert (row.params.clusterer.parsed().n_clusters, row.figure.nmi) == (10, 47)
    assert row.params.net == PRESETS["acedec/acedec-gtsrb"].params.net
    row = PRESETS["enrc/ae-nrkmeans-nr-objects"]
    assert row.params.clusterer.parsed().n_clusters == (6, 3, 2)
    assert row.params.net == PRESETS["enrc/enrc-nr-objects"].params.net
    assert row.params.pretrain_epochs == PRESETS["enrc/enrc-nr-objects"].params.pretrain_epochs
    assert row.figure.nmi == (92 + 92 + 95) / 3
    assert PRESETS["deccs/ae-rp-em-mice"].figure.nmi == 51
    assert "deccs/rp-em-mnist" not in PRESETS


def test_hardening_is_there_at_every_threshold():
    found = {
        name: PRESETS[f"acedec/acedec-mnist-hardened{name}"].params.harden_threshold
        for name in ("", "-0.7", "-0.8")
    }
    assert found == {"": 0.6, "-0.7": 0.7, "-0.8": 0.8}
    assert PRESETS["acedec/acedec-gtsrb-hardened-0.8"].figure.nmi == 25


def test_ablations_of_deccs_leave_out_what_their_names_say():
    weights = {
        name: (params.cross_entropy_weight, params.consensus_weight, params.auxiliary_weight)
        for name in ("", "-no-rec", "-ce-rec", "-ce", "-cons-rec", "-cons", "-rec")
        for params in [PRESETS[f"deccs/deccs-har{name}"].params]
    }
    assert weights == {
        "": (1, None, 1),
        "-no-rec": (1, None, 0),
        "-ce-rec": (1, 0, 1),
        "-ce": (1, 0, 0),
        "-cons-rec": (0, None, 1),
        "-cons": (0, None, 0),
        "-rec": (0, 0, 1),
    }
    assert PRESETS["deccs/deccs-synth-ce-rec"].figure.nmi == 82
    assert [PRESETS[f"deccs/deccs-usps-{row}"].figure.nmi for row in ("cons", "rec", "cons-rec")] == [
        52,
        67,
        71,
    ]
    assert len(PRESETS["deccs/deccs-mnist-ensemble-12"].params.members) == 12
    assert PRESETS["deccs/deccs-mnist-share-0.02"].params.sample_size(70_000) == 1400


def test_figure_7_pulls_with_reconstruction_and_without():
    rows = [f"deccs-mnist{rec}-pull-{weight}" for rec in ("", "-no-rec") for weight in (1, 10, 100)]
    params = [PRESETS[f"deccs/{row}"].params for row in rows]
    assert [each.consensus_weight for each in params] == [1, 10, 100] * 2
    assert [each.auxiliary_weight for each in params] == [1] * 3 + [0] * 3


def test_mice_are_the_papers_552_with_a_word_on_which():
    rows = [preset for preset in PRESETS.values() if preset.dataset.name == "MICE"]
    assert {preset.dataset.n for preset in rows} == {552}
    assert all("1,080" in " ".join(preset.notes) for preset in rows)


def test_consensus_functions_stand_for_their_rows_and_leave_the_ensemble_to_the_caller():
    row = PRESETS["deccs/ae-nmf-usps"]
    assert (row.params.method, row.params.n_clusters, row.params.members) == ("nmf_consensus", 10, ())
    assert (row.figure.nmi, row.figure.ari) == (82, 74)
    assert PRESETS["deccs/lwea-pendigits"].figure.nmi == 76
    assert "members" in row.notes[0]
