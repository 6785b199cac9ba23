"""A suite of many hours: each score is written to a file as its fit ends, and a run goes on from there."""

import argparse
import fnmatch
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from rich.console import Console

from benchmarks.commit import commit
from benchmarks.commit import engine as present_engine
from benchmarks.machine import machine
from benchmarks.quality import scores
from benchmarks.quality.claims import Claim, Row, sentences, verdict
from benchmarks.quality.fits import Fit, Net, nets_folder
from benchmarks.quality.pages import markdown
from benchmarks.quality.pool import as_made, processes
from benchmarks.quality.scores import Score
from benchmarks.suites import options_of
from facet.terminal import table

RESULTS = Path(__file__).parents[1] / "results"


class Named(Protocol):
    """Something with a row in the table."""

    @property
    def name(self) -> str: ...


Cell = TypeVar("Cell", bound=Named)


class Report(NamedTuple):
    """How a suite's scores are told."""

    title: str
    caption: str
    """What the table's figures are."""
    columns: Sequence[str]
    summaries: Callable[[Sequence[Score]], list[Row]]
    """Rows of all scores; each row has its `cell` and the number of its `seeds`."""
    cells: Callable[[Sequence[Row]], list[tuple[str, ...]]]
    """Of the table, in the order of the columns."""
    claims: Sequence[Claim]


def parser_of(suite: str, described: str | None, *, example: str) -> argparse.ArgumentParser:
    """A parser of what such a suite may be told; `example` names some of its cells."""
    parser = options_of(f"benchmarks.quality --suite {suite}", described)
    parser.add_argument("--jobs", type=int, default=1, help="processes, of one thread each; 0 only reports")
    parser.add_argument("--only", nargs="+", default=["*"], help=f"cells, such as {example}")
    parser.add_argument("--scores", type=Path, default=RESULTS / f"quality-{suite}-scores.jsonl")
    parser.add_argument("--device", default="cpu", help="a torch device that all processes share")
    parser.add_argument("--engine", help="what scores call the engine, where git is not there to ask")
    parser.add_argument("--any-engine", action="store_true", help="take scores of other commits too")
    parser.set_defaults(suite=suite)
    return parser


def engine_of(options: argparse.Namespace) -> str:
    """Which code fits."""
    return options.engine or present_engine()


def chosen(patterns: Sequence[str], cells: Sequence[Cell]) -> list[Cell]:
    """Cells that a pattern names.

    Raises:
        SystemExit: a pattern names none.
    """
    for pattern in patterns:
        if not any(fnmatch.fnmatch(cell.name, pattern) for cell in cells):
            raise SystemExit(f"{pattern} names none of {', '.join(cell.name for cell in cells)}")
    return [cell for cell in cells if any(fnmatch.fnmatch(cell.name, pattern) for pattern in patterns)]


def measure(
    fits: Sequence[Fit],
    options: argparse.Namespace,
    train: Callable[[Net, Path], Score],
    score: Callable[[Fit, Path], Score],
) -> list[Score]:
    """Fit what has no score yet; all scores that there are, in the order of the fits."""
    left = [fit for fit, met in zip(fits, _known(fits, options), strict=True) if met is None]
    print(f"{len(fits) - len(left)} of {len(fits)} fits have a score in {options.scores}", flush=True)
    if options.jobs:
        nets, folder = list(dict.fromkeys(fit.net for fit in left if fit.net)), nets_folder(options.suite)
        with processes(options.jobs) as pool:
            for _ in as_made(pool, train, nets, folder):
                pass
            for _, made in as_made(pool, score, left, folder):
                scores.append(options.scores, made)
    return [met for met in _known(fits, options) if met]


def _known(fits: Sequence[Fit], options: argparse.Namespace) -> list[Score | None]:
    kept = scores.read(options.scores)
    return [scores.known(kept, fit.key, any_engine=options.any_engine) for fit in fits]


def conclude(
    report: Report,
    fits: Sequence[Fit],
    met: Sequence[Score],
    options: argparse.Namespace,
    *,
    name: str | None = None,
    settings: dict[str, Any] | None = None,
) -> None:
    """Print the table and what it says, write both; the exit status says whether every claim holds.

    Args:
        report: the suite's.
        fits: that were asked for.
        met: scores that there are.
        options: the command's.
        name: of the result's files, if not the suite's.
        settings: what this run chose, where it may choose any.
    """
    rows = report.summaries(met)
    found = facts(fits, met, options) | ({"settings": settings} if settings else {})
    found |= {"table": rows, "verdict": verdict(report.claims, rows)}
    cells, said = report.cells(rows), sentences(found["verdict"])
    console = Console(width=190)
    console.print(table(report.caption, report.columns, cells))
    for sentence in said:
        console.print(sentence, markup=False)
    page = [markdown(report.columns, cells), "", *(f"- {sentence}" for sentence in said)]
    chosen = ", ".join(f"{key} {value}" for key, value in (settings or {}).items())
    about = "; ".join(filter(None, [chosen, report.caption]))
    write(found, name or options.suite, title=report.title, about=about, page=page)
    raise SystemExit(not all(claim["holds"] for claim in found["verdict"]))


def facts(fits: Sequence[Fit], met: Sequence[Score], options: argparse.Namespace) -> dict[str, Any]:
    """What a result says of how it was measured."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit(),
        "machine": machine(),
        "specs": {fit.cell: fit.whole for fit in fits},
        "engines": sorted({each["engine"] for each in met}),
        "devices": sorted({each.get("device", "CPU") for each in met}),
        "scores": options.scores.name,
    }


def write(found: dict[str, Any], name: str, *, title: str, about: str, page: Sequence[str]) -> None:
    """Every figure as JSON, and a page of the table and of what it says."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"quality-{name}-{found['date']}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    where = f"{found['date']}, {', '.join(found['devices'])}, commit {found['commit']}, engine "
    where += f"{', '.join(found['engines'])}; {about}."
    path.with_suffix(".md").write_text("\n".join([f"# {title}", "", where, "", *page, ""]))
