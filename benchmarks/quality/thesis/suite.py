"""The thesis's experiments on generated data: `python -m benchmarks.quality --suite thesis`.

ACe/DeC on SYNTH-25 and on lit objects, ENRC on stick figures, colored objects of two materials and pairs of
digits, DECCS on moons and blobs, AutoNR on two planes, each beside its baselines; the glass-bead pipeline
on rendered ones. Each score is written to a file as its fit ends, and a run goes on from the scores that the
same spec, data, seed and engine have.
"""

import argparse
import json
from collections.abc import Iterator, Sequence

from benchmarks.quality import growing
from benchmarks.quality.fits import Fit, Net
from benchmarks.quality.thesis import report
from benchmarks.quality.thesis.cells import CELLS, NETS, SEEDS, SHAPING, Cell
from benchmarks.quality.thesis.claims import CLAIMS
from benchmarks.quality.thesis.trials import score, train

USUAL_SEEDS = 5
REPORT = growing.Report(
    title="The thesis's experiments",
    caption="NMI with the true labeling that each clustering is matched to, mean ± deviation over seeds",
    columns=report.COLUMNS,
    summaries=report.summaries,
    cells=report.cells,
    claims=CLAIMS,
)


def main(given: Sequence[str]) -> None:
    """Measure what is left, print, write; the exit status says whether every claim holds."""
    options = arguments(given)
    fits = list(planned(options, growing.engine_of(options)))
    growing.conclude(REPORT, fits, growing.measure(fits, options, train, score), options)


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """What to measure."""
    parser = growing.parser_of("thesis", __doc__, example="pairs/enrc or 'synth/*'")
    parser.add_argument("--seeds", type=int, help="seeds 0 to this number; ten of synthetic sets, else five")
    return parser.parse_args(given)


def planned(options: argparse.Namespace, made_by: str) -> Iterator[Fit]:
    """Every fit of the table; the first seed of all cells comes first, so that a table is there early."""
    cells = growing.chosen(options.only, CELLS)
    counts = {cell.name: options.seeds or SEEDS.get(cell.dataset, USUAL_SEEDS) for cell in cells}
    for seed in range(max(counts.values())):
        for cell in cells:
            if seed < counts[cell.name]:
                yield fit_of(cell, seed, made_by, options.device)


def fit_of(cell: Cell, seed: int, made_by: str, device: str = "cpu") -> Fit:
    """A cell's fit with one seed."""
    dataset, spec, net = cell.dataset, dict(cell.spec), None
    if cell.start != "samples":
        autoencoder = NETS[dataset] | {"method": "autoencoder"}
        net = Net(json.dumps(autoencoder), dataset, seed, made_by, device)
    if cell.start == "net":
        spec = {name: NETS[dataset][name] for name in SHAPING} | spec | {"initial_model": "mdl_0"}
    about = {"start": cell.start, "autoencoder": net and net.spec}
    on_embedding = cell.start == "embedding"
    return Fit(cell.name, dataset, seed, spec, made_by, device, net, on_embedding, about)
