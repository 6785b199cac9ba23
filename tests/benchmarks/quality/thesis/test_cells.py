import pytest

from benchmarks.quality.thesis.cells import ALL_CELLS, CELLS, NETS, SEEDS, Cell
from benchmarks.quality.thesis.claims import CLAIMS
from benchmarks.quality.thesis.data import DATA
from benchmarks.quality.thesis.suite import fit_of
from clustering.params import parse


def test_names_are_unique_and_begin_with_a_data_set():
    names = [cell.name for cell in ALL_CELLS]
    assert len(names) == len(set(names))
    assert {cell.dataset for cell in ALL_CELLS} == set(DATA)
    assert set(SEEDS) <= set(DATA)


def test_whatever_starts_from_a_net_has_one():
    assert {cell.dataset for cell in ALL_CELLS if cell.start != "samples"} == set(NETS)


def test_claims_need_only_cells_that_are_there():
    assert {name for claim in CLAIMS for name in claim.needs} <= {cell.name for cell in ALL_CELLS}


@pytest.mark.parametrize("dataset", NETS)
def test_nets_are_valid_specs(dataset):
    assert parse(NETS[dataset] | {"method": "autoencoder"}).method == "autoencoder"


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_specs_are_valid_and_repeat_the_shape_of_the_net_that_they_start_from(cell):
    fit = fit_of(cell, 0, "abc")
    params = parse(fit.spec)
    if cell.start != "net":
        assert "initial_model" not in fit.spec
        return
    net = parse(fit.net.spec)
    assert (params.net, params.embedding_dim, params.scale) == (net.net, net.embedding_dim, net.scale)
    assert params.initial_model


def test_the_same_spec_on_samples_and_on_an_embedding_are_different_fits():
    spec = {"method": "kmeans", "n_clusters": 4}
    fits = [fit_of(Cell("synth/kmeans", start, spec), 0, "abc") for start in ("samples", "embedding")]
    assert fits[0].key != fits[1].key
    assert fits[0].net is None
    assert fits[1].net.dataset == "synth"
