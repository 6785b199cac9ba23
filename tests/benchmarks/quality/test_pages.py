import statistics

from benchmarks.quality.pages import markdown, moments


def test_moments_are_a_mean_and_a_sample_deviation_and_none_of_nothing():
    assert moments([1.0, 2.0, 4.0]) == (7 / 3, statistics.stdev([1, 2, 4]))
    assert moments([3.0]) == (3.0, 0.0)
    assert moments([]) is None


def test_a_table_for_a_page_has_a_rule_under_its_head():
    assert markdown(("a", "b"), [("1", "2")]).splitlines() == ["| a | b |", "| --- | --- |", "| 1 | 2 |"]
