import pytest

from clustering.stages.choosing import Figures, best_of

GOOD = Figures(held_out=0.10, mdl_bits=1000.0, mean_vi=2.0, cosine=0.5, spread=0.4, outliers=0.0)


def chosen(*candidates, widths=None, tolerance=0.05):
    return best_of(candidates, widths or [8] * len(candidates), tolerance=tolerance)


def test_the_shortest_description_wins_among_equals_and_the_first_of_ties():
    assert chosen(GOOD, GOOD._replace(mdl_bits=900.0)) == 1
    assert chosen(GOOD, GOOD) == 0


def test_what_reconstructs_worse_than_the_tolerance_is_out_however_short():
    worse = GOOD._replace(held_out=0.106, mdl_bits=1.0)
    assert chosen(GOOD, worse) == 0
    assert chosen(GOOD, worse, tolerance=0.1) == 1


def test_the_narrowest_of_good_reconstructions_wins_whatever_its_description():
    assert chosen(GOOD, GOOD._replace(mdl_bits=5000.0), widths=[16, 8]) == 1
    assert chosen(GOOD, GOOD._replace(held_out=0.2), widths=[16, 8]) == 0


def test_clusterings_that_repeat_each_other_are_out():
    assert chosen(GOOD, GOOD, GOOD._replace(mean_vi=0.9, mdl_bits=1.0)) == 0
    assert chosen(GOOD, GOOD, GOOD._replace(mean_vi=1.1, mdl_bits=1.0)) == 2


def test_a_collapsed_embedding_is_out_unless_all_are():
    collapsed = GOOD._replace(spread=0.0, held_out=0.01, mdl_bits=1.0)
    assert chosen(GOOD, collapsed) == 0
    assert chosen(collapsed, collapsed) == 0


def test_a_description_length_that_is_not_known_never_wins_over_one_that_is():
    assert chosen(GOOD._replace(mdl_bits=float("nan")), GOOD) == pytest.approx(1)
