import io

from rich.console import Console

from facet.terminal import age, cell, metric_rows, printer, table


def test_the_first_column_is_never_cut():
    out = Console(file=io.StringIO(), width=40)
    out.print(table(None, ("id", "text"), [("job_01J00000000000000000000000", "words " * 20)]))
    assert "job_01J00000000000000000000000" in out.file.getvalue()


def test_a_row_that_another_program_reads_is_one_line(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    out = io.StringIO()
    printer(out).print(table(None, ("id", "state"), [("job_01J00000000000000000000000", "words " * 30)]))
    assert len(out.getvalue().splitlines()) == 2


def test_nothing_is_shown_for_nothing():
    assert cell(None) == ""
    assert cell(0.5) == "0.5000"


def test_an_age_has_one_unit():
    assert age("2020-01-01T00:00:00+00:00").endswith(" d")
    assert age(None) == ""


def test_several_label_columns_are_told_apart():
    one = {"agreement": {"y": {"acc": 1.0}}, "metrics": {"davies_bouldin": 2.0}}
    assert metric_rows(one) == [("ACC", 1.0), ("davies bouldin", 2.0)]
    two = {"agreement": {"y": {"acc": 1.0}, "odd": {"acc": 0.5}}}
    assert [name for name, _ in metric_rows(two)] == ["ACC (y)", "ACC (odd)"]
