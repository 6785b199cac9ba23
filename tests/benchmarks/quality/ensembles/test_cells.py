import numpy as np
import pytest

from benchmarks.datasets import Labeled
from benchmarks.quality.ensembles import data
from benchmarks.quality.ensembles.cells import BATCHES, CELLS, VIEWS_EACH
from benchmarks.quality.ensembles.data import CLUSTERS, DATA
from benchmarks.quality.ensembles.report import CLAIMS
from benchmarks.quality.ensembles.suite import arguments, fit_of, planned
from clustering.params import parse, problems

SHAPES = {"digits": (16, 16, 1), "mnist": (16, 16, 1), "rendered": (32, 32, 3)}
N = 1797


def of(name):
    (cell,) = (cell for cell in CELLS if cell.name == name)
    return cell


def test_names_are_unique_and_each_data_set_has_the_same_methods_and_a_best_one():
    names = [cell.name for cell in CELLS]
    assert len(names) == len(set(names)) == 3 * 12
    methods = [{cell.method for cell in CELLS if cell.dataset == dataset} for dataset in DATA]
    assert len(set.intersection(*methods)) == 11


def test_claims_need_only_cells_that_are_there():
    assert {name for claim in CLAIMS for name in claim.needs} <= {cell.name for cell in CELLS}
    assert len(CLAIMS) == len(DATA) * (2 * 4 + 1 + 1 + 1)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_specs_fit_their_data(cell):
    params = parse(cell.spec)
    assert problems(params, kind="images", shape=SHAPES[cell.dataset], n=N) == []
    assert params.n_clusters == CLUSTERS[cell.dataset]


def test_the_digits_are_as_many_and_as_large_as_the_specs_take_them_for():
    assert (*DATA["digits"]().x.shape, 1) == (N, *SHAPES["digits"])


def test_of_each_digit_the_first_images_are_kept(monkeypatch):
    y = np.arange(30).repeat(100) % 10
    x = np.ones((3000, 4, 4), np.float32) * np.arange(3000, dtype=np.float32)[:, None, None]
    monkeypatch.setattr(data, "mnist", lambda: Labeled(x, y))
    kept = DATA["mnist"]()
    assert np.bincount(kept.y).tolist() == [200] * 10
    assert kept.x.shape == (2000, *SHAPES["mnist"][:2])
    assert kept.x[kept.y == 3].max() == np.flatnonzero(y == 3)[199]


@pytest.mark.parametrize("dataset", DATA)
def test_all_that_learn_from_views_see_as_many(dataset):
    views = {}
    for method in ("cc", "divclust_cc-0.8", "pica", "iic", "propos", "digpro"):
        params = parse(of(f"{dataset}/{method}").spec)
        passes = params.over_passes + params.passes if method in ("pica", "iic") else 1
        each = 1 + params.repeats if method in ("pica", "iic") else 2
        views[method] = params.epochs * passes * each
        assert params.batch_size == BATCHES[dataset]
    assert set(views.values()) == {VIEWS_EACH}


def test_what_clusters_layers_starts_from_the_very_net_that_contrasts():
    first, second = (fit_of(of(f"mnist/{name}"), 1, "abc") for name in ("cc", "deepclue"))
    assert first.net == second.net
    assert (first.as_is, second.as_is) == (True, False)
    assert parse(first.spec).method == "cc"
    assert first.key != second.key
    assert fit_of(of("mnist/propos"), 1, "abc").net is None


def test_a_plan_has_the_first_seed_of_all_cells_first():
    fits = list(planned(arguments(["--only", "*/cc", "digits/pica", "--seeds", "2"]), "abc"))
    assert [fit.seed for fit in fits] == [0] * 4 + [1] * 4
    assert [fit.cell for fit in fits[:2]] == ["digits/cc", "digits/pica"]
