import argparse

import pytest

from benchmarks.quality import growing, scores
from benchmarks.quality.claims import Claim
from benchmarks.quality.fits import Fit, Net


class InThisProcess:
    """Stands for a pool of processes, whose functions have to be a module's."""

    def __init__(self, jobs):
        self.jobs = jobs

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        return None


@pytest.fixture
def done(monkeypatch):
    """What was worked on, in order."""
    items = []

    def as_made(pool, work, given, folder):
        for item in given:
            items.append(str(item))
            yield item, work(item, folder)

    monkeypatch.setattr(growing, "processes", InThisProcess)
    monkeypatch.setattr(growing, "as_made", as_made)
    return items


def fits(*seeds):
    net = Net('{"method": "autoencoder"}', "mnist", 0, "abc")
    return [Fit("a", "mnist", seed, {"method": "dec"}, "abc", net=net) for seed in seeds]


def score(fit, folder):
    return {"cell": fit.cell, "dataset": fit.dataset, "seed": fit.seed, "engine": fit.engine} | {
        "spec": fit.whole,
        "ended": "1",
    }


def options(path, jobs=1):
    return argparse.Namespace(scores=path, jobs=jobs, any_engine=False, suite="brb")


def test_a_run_goes_on_from_the_scores_that_are_there_and_trains_a_shared_net_once(tmp_path, done):
    path = tmp_path / "scores.jsonl"
    scores.append(path, score(fits(1)[0], tmp_path))
    met = growing.measure(fits(0, 1, 2), options(path), lambda net, folder: {}, score)
    assert [each["seed"] for each in met] == [0, 1, 2]
    assert done == ["autoencoder mnist 0", "a mnist 0", "a mnist 2"]
    assert len(scores.read(path)) == 3


def test_no_jobs_only_report(tmp_path, done):
    path = tmp_path / "scores.jsonl"
    scores.append(path, score(fits(1)[0], tmp_path))
    met = growing.measure(fits(0, 1), options(path, jobs=0), lambda net, folder: {}, score)
    assert [each["seed"] for each in met] == [1]
    assert done == []


def test_a_page_names_devices_and_engines(tmp_path, monkeypatch):
    monkeypatch.setattr(growing, "RESULTS", tmp_path)
    found = {"date": "2026-01-02", "devices": ["CPU"], "commit": "c", "engines": ["e", "f"]}
    growing.write(found, "it", title="Title", about="percent", page=["| a |"])
    page = (tmp_path / "quality-it-2026-01-02.md").read_text()
    assert page == "# Title\n\n2026-01-02, CPU, commit c, engine e, f; percent.\n\n| a |\n"
    assert (tmp_path / "quality-it-2026-01-02.json").exists()


@pytest.mark.parametrize(("bar", "status", "said"), [(1, 0, "holds"), (2, 1, "MISSED")])
def test_a_conclusion_prints_and_writes_the_table_and_exits_by_its_claims(
    tmp_path, monkeypatch, capsys, bar, status, said
):
    monkeypatch.setattr(growing, "RESULTS", tmp_path)
    report = growing.Report(
        title="Title",
        caption="percent",
        columns=("cell", "seeds"),
        summaries=lambda met: [{"cell": "a", "seeds": len(met)}],
        cells=lambda rows: [(row["cell"], str(row["seeds"])) for row in rows],
        claims=[Claim("enough seeds", ("a",), lambda rows: rows["a"]["seeds"] - bar)],
    )
    met = [score(fits(0)[0], tmp_path)]
    with pytest.raises(SystemExit) as ended:
        growing.conclude(report, fits(0), met, options(tmp_path / "x.jsonl"), settings={"epochs": 3})
    assert ended.value.code == status
    (page,) = (path.read_text() for path in tmp_path.glob("quality-brb-*.md"))
    assert "epochs 3; percent." in page
    assert "| a | 1 |" in page
    assert f"- {said}: enough seeds" in page
    assert f"{said}: enough seeds" in capsys.readouterr().out
