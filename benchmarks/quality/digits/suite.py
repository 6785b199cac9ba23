"""Agreement with true labels over seeds: `python -m benchmarks.quality --suite digits --seeds 5`.

For each data set and seed one autoencoder is trained; every method starts from it, which is what it would
have trained itself with that seed. Two tables: plain, beside ClustPy with the same input, net, budget and
seeds, run in the same run (in an environment of its own, which the first run makes in the user's cache
folder) and beside its figures as first published; and with augmentation. Settings are the same for all data
sets and never chosen by labels (specs.py). A mean holds if it is at most one deviation of the peer below it.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.commit import commit
from benchmarks.datasets import SUITES
from benchmarks.machine import machine
from benchmarks.peer.environment import ONE_THREAD, PEER, peer_python
from benchmarks.quality.digits import report, specs
from benchmarks.quality.digits.trials import Model, PeerTask, Task, pretrain, score, score_peer
from benchmarks.suites import options_of
from facet.terminal import table

RESULTS = Path(__file__).parents[2] / "results"
PLAIN, LONG = specs.EPOCHS, specs.AUGMENTED_EPOCHS
TITLES = {
    False: f"Plain, {PLAIN} + {PLAIN} epochs",
    True: f"With augmentation (affine), {LONG} + {LONG} epochs",
}
Made = dict[str, Any]
console = Console(width=170)


def main(given: Sequence[str]) -> None:
    """Measure, print, write; the exit status says whether every claim holds."""
    options = arguments(given)
    os.environ |= ONE_THREAD
    found: dict[str, Any] = {"machine": machine(), "commit": commit(), "peer": PEER}
    found |= {"seeds": options.seeds, "settings": {"plain": specs.PLAIN, "augmented": specs.AUGMENTED}}
    with (
        tempfile.TemporaryDirectory(prefix="facet-benchmark-") as folder,
        ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as pool,
    ):
        planned = list(tasks(options))
        models = list(dict.fromkeys(task.model for task in planned if task.model))
        found["pretrained"] = in_pool(pool, pretrain, models, Path(folder))
        scores = in_pool(pool, score, planned, Path(folder))
        of_peer = in_pool(pool, score_peer, peer_tasks(options), Path(folder))
    peers = [score for each in of_peer for score in each["scores"]]
    tables = {augmented: report.summaries(scores, peers, augmented=augmented) for augmented in TITLES}
    found["verdict"] = report.verdict(scores, peers)
    found["tables"] = {TITLES[augmented]: rows for augmented, rows in tables.items() if rows}
    found["scores"] = [{name: each[name] for name in each if name != "labels"} for each in scores]
    found["peer_scores"] = peers
    show(found)
    write(options.suite if options.table == "both" else f"{options.suite}-{options.table}", found)
    raise SystemExit(not all(claim["holds"] for claim in found["verdict"]))


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """What to measure."""
    parser = options_of("benchmarks.quality --suite digits", __doc__)
    parser.set_defaults(suite="digits")
    parser.add_argument("--seeds", type=int, default=5, help="seeds 0 to this number")
    parser.add_argument("--jobs", type=int, default=1, help="processes, of one thread each")
    parser.add_argument("--methods", nargs="+", choices=specs.METHODS, default=list(specs.METHODS))
    parser.add_argument("--datasets", nargs="+", help="some of the suite's; all if left out")
    parser.add_argument("--table", choices=["plain", "augmented", "both"], default="both")
    return parser.parse_args(given)


def tasks(options: argparse.Namespace) -> Iterator[Task]:
    """Every fit that is scored."""
    for dataset, seed in itertools.product(options.datasets or SUITES[options.suite], range(options.seeds)):
        for method in options.methods:
            if options.table != "augmented":
                yield Task(options.suite, dataset, method, seed, augmented=False)
            if options.table != "plain" and method in specs.AUGMENTED:
                yield Task(options.suite, dataset, method, seed, augmented=True)


def peer_tasks(options: argparse.Namespace) -> list[PeerTask]:
    """The peer's part of the plain table, once its environment is there."""
    if options.table == "augmented":
        return []
    peer_python()
    names = options.datasets or SUITES[options.suite]
    seeds, methods = range(options.seeds), tuple(options.methods)
    return [PeerTask(options.suite, name, seed, methods) for name, seed in itertools.product(names, seeds)]


def in_pool(
    pool: ProcessPoolExecutor,
    work: Callable[..., Made],
    items: Sequence[Model | Task | PeerTask],
    folder: Path,
) -> list[Made]:
    """What the work makes of each item, in their order; a line as each one ends."""
    futures = {pool.submit(work, item, folder): item for item in items}
    for number, future in enumerate(as_completed(futures), 1):
        figures = [
            f"{name} {value:.4g}" for name, value in future.result().items() if isinstance(value, float)
        ]
        print(f"{number}/{len(futures)}", work.__name__, *futures[future], *figures, flush=True)
    return [future.result() for future in futures]


def show(found: dict[str, Any]) -> None:
    """The tables and what they say."""
    for title, rows in found["tables"].items():
        console.print(
            table(f"{title}; percent over {found['seeds']} seeds", report.COLUMNS, report.rows(rows))
        )
    for claim in found["verdict"]:
        console.print("[green]holds[/green]" if claim["holds"] else "[red]MISSED[/red]", claim["claim"])


def write(name: str, found: dict[str, Any]) -> None:
    """Every figure as JSON, the tables as a page."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"quality-{name}-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    where = f"{found['machine']['processor']}, commit {found['commit']}, {found['seeds']} seeds, percent."
    claims = [f"- {'holds' if each['holds'] else 'MISSED'}: {each['claim']}" for each in found["verdict"]]
    pages = [report.markdown(title, rows) for title, rows in found["tables"].items()]
    path.with_suffix(".md").write_text("\n".join([f"# Quality, {name}", "", where, "", *pages, *claims, ""]))
