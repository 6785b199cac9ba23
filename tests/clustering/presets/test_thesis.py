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
        name: (params.consensus_weight, params.auxiliary_weight)
        for name in ("", "-no-rec", "-ce-rec", "-ce")
        for params in [PRESETS[f"deccs/deccs-har{name}"].params]
    }
    assert weights == {"": (None, 1), "-no-rec": (None, 0), "-ce-rec": (0, 1), "-ce": (0, 0)}
    assert PRESETS["deccs/deccs-synth-ce-rec"].figure.nmi == 82
    assert len(PRESETS["deccs/deccs-mnist-ensemble-12"].params.members) == 12
    assert PRESETS["deccs/deccs-mnist-share-0.02"].params.sample_size(70_000) == 1400


def test_consensus_functions_stand_for_their_rows_and_leave_the_ensemble_to_the_caller():
    row = PRESETS["deccs/ae-nmf-usps"]
    assert (row.params.method, row.params.n_clusters, row.params.members) == ("nmf_consensus", 10, ())
    assert (row.figure.nmi, row.figure.ari) == (82, 74)
    assert PRESETS["deccs/lwea-pendigits"].figure.nmi == 76
    assert "members" in row.notes[0]
