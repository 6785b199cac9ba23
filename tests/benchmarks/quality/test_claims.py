from benchmarks.quality.claims import Claim, sentences, verdict


def above(cell, other):
    return Claim(f"{cell} > {other}", (cell, other), lambda rows: rows[cell]["acc"] - rows[other]["acc"])


def row(cell, acc, seeds=3):
    return {"cell": cell, "acc": acc, "seeds": seeds}


def holds(*rows):
    (found,) = verdict([above("a", "b")], rows)
    return found["holds"]


def test_a_claim_holds_by_its_margin():
    assert holds(row("a", 2.0), row("b", 2.0)) is True
    assert holds(row("a", 1.0), row("b", 2.0)) is False


def test_cells_are_compared_only_where_both_are_there_with_as_many_seeds():
    assert holds(row("a", 2.0)) is None
    assert holds(row("a", 2.0), row("b", 1.0, seeds=2)) is None
    assert holds(row("a", 2.0, seeds=[3, 2]), row("b", 1.0, seeds=[3, 2])) is True


def test_a_claim_whose_figure_is_missing_is_neither_held_nor_missed():
    (found,) = verdict([Claim("it", (), lambda rows: None)], [])
    assert found == {"claim": "it", "margin": None, "holds": None}


def test_a_sentence_says_whether_a_claim_holds_and_by_what_margin():
    found = [
        {"claim": "one", "margin": 2.25, "holds": True},
        {"claim": "two", "margin": -0.004, "holds": False},
        {"claim": "three", "margin": None, "holds": None},
    ]
    assert sentences(found) == [
        "holds: one (margin +2.25)",
        "MISSED: two (margin -0.004)",
        "not measured: three",
    ]
