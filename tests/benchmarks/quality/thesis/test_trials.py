from types import SimpleNamespace

import numpy as np
import pytest
import torch

from benchmarks.quality.fits import EMBEDDING
from benchmarks.quality.growing import chosen
from benchmarks.quality.thesis.cells import CELLS, NETS, Cell
from benchmarks.quality.thesis.data import DATA, small_beads
from benchmarks.quality.thesis.suite import arguments, fit_of, planned
from benchmarks.quality.thesis.trials import apart, flagged, measures, score, told, train
from clustering.extras import Table

FIRST, SECOND = np.arange(12) % 2, np.arange(12) % 3


def test_each_truth_is_measured_by_a_clustering_of_its_own():
    found = measures([SECOND, FIRST], {"a": FIRST, "b": SECOND})
    assert found["nmi"] == {"a": 1.0, "b": 1.0}
    assert found["mean_nmi"] == 1.0
    assert found["clusters"] == [3, 2]


def test_a_truth_without_a_clustering_counts_nothing():
    found = measures([SECOND], {"a": FIRST, "b": SECOND})
    assert found["nmi"] == {"a": 0.0, "b": 1.0}


def test_outliers_are_no_cluster():
    labels = np.where(np.arange(12) == 0, -1, SECOND)
    assert measures([labels], {"b": SECOND})["clusters"] == [3]


def test_what_was_planted_counts_for_flags_and_not_for_the_nmi():
    planted = np.arange(12) >= 10
    truth, labels = np.where(planted, -1, SECOND), np.where(np.arange(12) >= 11, -1, SECOND)
    assert measures([labels], {"b": truth})["nmi"] == {"b": 1.0}
    other = np.where(np.arange(12) == 0, -1, FIRST)
    clusterings = [SimpleNamespace(labels=torch.from_numpy(each)) for each in (labels, other)]
    far = apart(SimpleNamespace(clusterings=clusterings, extras={}))
    assert flagged(far, planted) == {"flagged": 0.5, "false_flags": 0.1}
    noise = {"outliers": Table({"sample": [10, 11], "space": [2, 2]})}
    far = apart(SimpleNamespace(clusterings=clusterings, extras=noise))
    assert flagged(far, planted) == {"flagged": 1.0, "false_flags": 0.1}
    assert flagged(far, np.zeros(12, bool)) == {}


def test_beads_are_fitted_with_both_views_and_their_attributes(tmp_path, monkeypatch):
    monkeypatch.setitem(DATA, "beads", lambda: small_beads(40, 8))
    assert DATA["beads"]().x.shape == (40, 8, 16, 3)
    tiny = {"channels": [4], "hidden": [8]}
    spec = {"method": "beads", "net": {"type": "mixed", **tiny}, "embedding_dim": 3, "batch_size": 20}
    spec |= {"pretrain_epochs": 1, "epochs": 1, "repetitions": 1, "max_spaces": 2, "max_clusters": 3}
    found = score(fit_of(Cell("beads/beads", "samples", spec), 0, "abc"), tmp_path)
    assert set(found["nmi"]) == {"color", "shape"}
    assert {"cosine", "spread", "flagged", "false_flags", "before"} <= set(found)


@pytest.mark.parametrize(
    ("method", "extras", "said"),
    [
        ("acedec", {}, {"dimensions": 2}),
        ("enrc", {}, {}),
        ("autonr", {"spaces": {"spaces": [{"n_clusters": 1}, {"n_clusters": 3}]}}, {"clusters": [3, 1]}),
        ("deccs", {"agreement": {"mean": 0.9}}, {"agreement": 0.9}),
        (
            "beads",
            {"selection": {"before": {"cosine": 0.2}, "after": {"cosine": 0.9, "spread": 0.7, "mean_vi": 2}}},
            {"before": {"cosine": 0.2}, "cosine": 0.9, "spread": 0.7},
        ),
    ],
)
def test_a_score_keeps_spaces_dimensions_and_agreement_where_a_method_tells_them(method, extras, said):
    clustering = SimpleNamespace(weights=torch.tensor([0.9, 0.7, 0.6, 0.1]))
    params = SimpleNamespace(method=method)
    result = SimpleNamespace(clusterings=[clustering], method=SimpleNamespace(params=params), extras=extras)
    assert told(result) == said


def test_a_plan_has_ten_seeds_of_synthetic_sets_and_five_of_others_and_first_seeds_first():
    fits = list(planned(arguments(["--only", "synth/idec", "figures/enrc"]), "abc"))
    assert [fit.cell for fit in fits].count("synth/idec") == 10
    assert [fit.cell for fit in fits].count("figures/enrc") == 5
    assert [fit.seed for fit in fits] == sorted(fit.seed for fit in fits)
    assert len(list(planned(arguments(["--only", "synth/d*n", "--seeds", "2"]), "abc"))) == 2


def test_a_pattern_that_names_nothing_is_refused():
    with pytest.raises(SystemExit, match="nothing/\\* names none of"):
        chosen(["nothing/*"], CELLS)


def test_an_embedding_is_made_once_and_what_starts_from_it_is_scored(tmp_path, monkeypatch):
    spec = {"net": {"type": "mlp", "hidden": [4]}, "embedding_dim": 2, "scale": "standard", "epochs": 1}
    monkeypatch.setitem(NETS, "synth", spec)
    cell = Cell("synth/ae-kmeans", "embedding", {"method": "kmeans", "n_clusters": 4, "n_init": 2})
    fit = fit_of(cell, 0, "abc")
    train(fit.net, tmp_path)
    made = np.load(fit.net.home(tmp_path) / EMBEDDING)
    assert made.shape == (3000, 2)
    train(fit.net, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    found = score(fit, tmp_path)
    assert found["cell"] == "synth/ae-kmeans"
    assert found["spec"]["start"] == "embedding"
    assert 0 < found["nmi"]["cluster"] < 1
    assert found["clusters"] == [4]
