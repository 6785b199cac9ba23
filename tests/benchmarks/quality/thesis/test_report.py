import statistics

import pytest

from benchmarks.quality import claims
from benchmarks.quality.thesis import report
from benchmarks.quality.thesis.claims import CLAIMS


def score(cell, seed=0, **own):
    nmi = own.pop("nmi", {"cluster": 1.0})
    mean = statistics.mean(nmi.values())
    return {"cell": cell, "seed": seed, "nmi": nmi, "mean_nmi": mean, "clusters": [4], "seconds": 2.0} | own


def verdict(*scores):
    return {each["claim"]: each for each in claims.verdict(CLAIMS, report.summaries(scores))}


def test_a_row_has_mean_and_deviation_of_each_labeling_and_of_all_together():
    scores = [score("figures/enrc", i, nmi={"upper": a, "lower": 1.0}) for i, a in enumerate((0.8, 1.0))]
    (row,) = report.summaries(scores)
    assert row["nmi"]["upper"] == pytest.approx((0.9, statistics.stdev([0.8, 1.0])))
    assert row["mean_nmi"][0] == pytest.approx(0.95)
    assert row["thesis"] == [1.0, 1.0]
    (line,) = report.cells([row])
    assert len(line) == len(report.COLUMNS)
    assert line[1].startswith("upper 0.900 ± 0.141; lower 1.000")


def test_rows_stand_in_the_order_of_the_cells():
    rows = report.summaries([score("synth/deccs"), score("synth25/acedec")])
    assert [row["cell"] for row in rows] == ["synth25/acedec", "synth/deccs"]


def test_what_seeds_found_is_counted_where_they_differ():
    rows = report.summaries([score("planes/autonr", i, clusters=c) for i, c in enumerate(([3], [3], [3, 1]))])
    assert report.cells(rows)[0][4] == "2× [3], 1× [3, 1]"


def test_a_claim_about_each_labeling_fails_by_the_worst_one():
    found = verdict(score("figures/enrc", nmi={"upper": 1.0, "lower": 0.9}))
    claim = found["figures/enrc: NMI ≥ 0.995 of each labeling"]
    assert claim["margin"] == pytest.approx(-0.095)
    assert claim["holds"] is False


def test_a_lead_needs_both_rows_and_its_margin():
    ours = score("pairs/enrc", nmi={"left": 0.7, "right": 0.66})
    text = "pairs/enrc is above pairs/nrkmeans, by at least 0.05"
    assert verdict(ours)[text]["holds"] is None
    for other, holds in ((0.6, True), (0.65, False)):
        found = verdict(ours, score("pairs/nrkmeans", nmi={"left": other, "right": other}))
        assert found[text]["holds"] is holds


def test_dcn_on_synth25_is_to_stay_low():
    assert verdict(score("synth25/dcn-1", nmi={"cluster": 0.2}))["synth25/dcn-1: NMI < 0.5"]["holds"]
    assert not verdict(score("synth25/dcn-1"))["synth25/dcn-1: NMI < 0.5"]["holds"]


@pytest.mark.parametrize(("kept", "holds"), [((2, 3), True), ((2, 4), False), ((1, 2), False)])
def test_every_seed_keeps_two_to_three_dimensions(kept, holds):
    scores = [score("objects/acedec", i, dimensions=d) for i, d in enumerate(kept)]
    assert verdict(*scores)["objects/acedec keeps 2 to 3 dimensions with every seed"]["holds"] is holds


def test_one_seed_that_finds_other_clusters_breaks_the_claim():
    text = "planes/autonr finds [3, 3, 1] with every seed"
    right = [score("planes/autonr", seed, clusters=[3, 3, 1]) for seed in range(3)]
    assert verdict(*right)[text]["holds"]
    assert not verdict(*right, score("planes/autonr", 3, clusters=[3, 3, 2, 1]))[text]["holds"]


def test_agreement_is_judged_by_its_mean():
    scores = [score("synth/deccs", seed, agreement=a) for seed, a in enumerate((0.98, 0.97))]
    assert verdict(*scores)["synth/deccs: agreement at the end ≥ 0.97"]["margin"] == pytest.approx(0.005)


def test_views_that_agree_by_all_codes_being_alike_and_false_flags_break_their_claims():
    good = {"nmi": {"color": 0.9, "shape": 0.8}, "cosine": 0.96, "spread": 0.7}
    good |= {"flagged": 0.9, "false_flags": 0.01}
    held = verdict(score("beads/beads", **good))
    assert [each["holds"] for name, each in held.items() if name.startswith("beads/")] == [True] * 5
    bad = verdict(score("beads/beads", **good | {"spread": 0.01, "false_flags": 0.05}))
    broken = [name for name, each in bad.items() if each["holds"] is False]
    assert [name.rpartition(" ")[2] for name in broken] == ["0.5", "0.02"]
    (row,) = report.cells(report.summaries([score("beads/beads", **good)]))
    assert row[7:9] == ("0.960 ± 0.000, 0.700 ± 0.000", "0.900 ± 0.000, 0.010 ± 0.000")


def test_sentences_say_what_is_missing():
    lines = claims.sentences(claims.verdict(CLAIMS, []))
    assert all(line.startswith("not measured") for line in lines)
