import json

import pytest

from benchmarks.quality.brb.settings import Cell, Settings
from benchmarks.quality.brb.suite import arguments, fit_of, planned

PRETRAINED = Cell("dec", "brb", "pretrained")


def test_variants_of_a_data_set_and_seed_share_their_autoencoder():
    fits = [
        fit_of(Cell(m, v, "pretrained"), "mnist", 1, Settings(), "e")
        for m, v in [("dec", "plain"), ("dcn", "brb")]
    ]
    assert fits[0].net == fits[1].net
    assert fits[0].key != fits[1].key
    assert fit_of(PRETRAINED, "mnist", 2, Settings(), "e").net != fits[0].net
    assert fit_of(Cell("dec", "brb", "scratch"), "mnist", 1, Settings(), "e").net is None


def test_the_key_follows_settings_seed_data_and_engine():
    given = fit_of(PRETRAINED, "mnist", 1, Settings(), "e")
    others = [
        fit_of(PRETRAINED, "mnist", 1, Settings(epochs=3), "e"),
        fit_of(PRETRAINED, "mnist", 2, Settings(), "e"),
        fit_of(PRETRAINED, "digits", 1, Settings(), "e"),
        fit_of(PRETRAINED, "mnist", 1, Settings(), "f"),
    ]
    assert len({given.key, *(other.key for other in others)}) == 5


def test_a_plan_has_each_seed_of_all_cells_and_sets_before_the_next():
    fits = list(planned(arguments(["--only", "dec-brb-*", "--seeds", "2"]), "abc"))
    assert [fit.seed for fit in fits] == [0] * 4 + [1] * 4
    assert [fit.cell for fit in fits[:2]] == ["dec-brb-scratch"] * 2
    assert {fit.dataset for fit in fits} == {"digits", "mnist"}


@pytest.mark.parametrize("given", [["--no-rule"], ["--set", "lr=3e-4"]])
def test_what_a_run_chooses_reaches_its_specs(given):
    usual, changed = (
        next(planned(arguments(["--only", "dec-brb-scratch", *own]), "abc")).spec for own in ([], given)
    )
    assert json.dumps(usual) != json.dumps(changed)
