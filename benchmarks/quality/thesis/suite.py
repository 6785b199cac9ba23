"""The thesis's experiments on generated data: `python -m benchmarks.quality --suite thesis`.

ACe/DeC on SYNTH-25 and on lit objects, ENRC on stick figures, colored objects of two materials and pairs of
digits, DECCS on moons and blobs, AutoNR on two planes, each beside its baselines. Each score is written to a
file as its fit ends, and a run goes on from the scores that the same spec, data, seed and engine have.
"""

import argparse
import fnmatch
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.commit import commit, engine
from benchmarks.machine import machine
from benchmarks.quality.brb import scores
from benchmarks.quality.pool import as_made, processes
from benchmarks.quality.thesis import claims, report
from benchmarks.quality.thesis.cells import CELLS, SEEDS, Cell
from benchmarks.quality.thesis.trials import Fit, nets_folder, pretrain, score
from benchmarks.suites import options_of
from facet.terminal import table

RESULTS = Path(__file__).parents[2] / "results"
USUAL_SEEDS = 5
console = Console(width=190)


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
    rows = report.summaries(each for each in met if each)
    found["engines"] = sorted({each["engine"] for each in met if each})
    found["devices"] = sorted({each["device"] for each in met if each})
    found["specs"] = {fit.name: fit.whole for fit in fits}
    found |= {"scores": options.scores.name, "table": rows, "verdict": claims.verdict(rows)}
    show(found)
    write(found)
    raise SystemExit(not all(claim["holds"] for claim in found["verdict"]))


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """What to measure."""
    parser = options_of("benchmarks.quality --suite thesis", __doc__)
    parser.add_argument("--seeds", type=int, help="seeds 0 to this number; ten of synthetic sets, else five")
    parser.add_argument("--jobs", type=int, default=1, help="processes, of one thread each")
    parser.add_argument("--only", nargs="+", default=["*"], help="cells, such as pairs/enrc or 'synth/*'")
    parser.add_argument("--scores", type=Path, default=RESULTS / "quality-thesis-scores.jsonl")
    parser.add_argument("--device", default="cpu", help="a torch device that all processes share")
    parser.add_argument("--engine", help="what scores call the engine, where git is not there to ask")
    parser.add_argument("--any-engine", action="store_true", help="take scores of other commits too")
    return parser.parse_args(given)


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
    counts = {cell.name: options.seeds or SEEDS.get(cell.dataset, USUAL_SEEDS) for cell in cells}
    for seed in range(max(counts.values())):
        for cell in cells:
            if seed < counts[cell.name]:
                yield Fit.of(cell, seed, made_by, options.device)


def measure(fits: Sequence[Fit], options: argparse.Namespace) -> None:
    """Fit what has no score yet."""
    kept = scores.read(options.scores)
    left = [fit for fit in fits if scores.known(kept, fit.key, any_engine=options.any_engine) is None]
    print(f"{len(fits) - len(left)} of {len(fits)} fits have a score in {options.scores}", flush=True)
    nets = list(dict.fromkeys(fit.net for fit in left if fit.net))
    with processes(options.jobs) as pool:
        for _ in as_made(pool, pretrain, nets, nets_folder()):
            pass
        for _, made in as_made(pool, score, left, nets_folder()):
            scores.append(options.scores, made)


def show(found: dict[str, Any]) -> None:
    """The table and what it says."""
    title = "NMI with the true labeling that each clustering is matched to, mean ± deviation over seeds"
    console.print(table(title, report.COLUMNS, report.cells(found["table"])))
    for sentence in claims.sentences(found["verdict"]):
        console.print(sentence, markup=False)


def write(found: dict[str, Any]) -> None:
    """Every figure as JSON, the table as a page."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"quality-thesis-{found['date']}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    where = f"{found['date']}, {', '.join(found['devices'])}, commit {found['commit']}, engine "
    where += f"{', '.join(found['engines'])}; NMI, mean ± deviation over seeds."
    said = [f"- {sentence}" for sentence in claims.sentences(found["verdict"])]
    page = ["# The thesis's experiments", "", where, "", report.markdown(found["table"]), "", *said, ""]
    path.with_suffix(".md").write_text("\n".join(page))
