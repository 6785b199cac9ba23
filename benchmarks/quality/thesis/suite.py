"""The thesis's experiments on generated data: `python -m benchmarks.quality --suite thesis`.

ACe/DeC on SYNTH-25 and on lit objects, ENRC on stick figures, colored objects of two materials and pairs of
digits, DECCS on moons and blobs, AutoNR on two planes, each beside its baselines; the glass-bead pipeline
on rendered ones. Each score is written to a file as its fit ends, and a run goes on from the scores that the
same spec, data, seed and engine have.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console

from benchmarks.quality import growing
from benchmarks.quality.fits import Fit, Net
from benchmarks.quality.pages import markdown
from benchmarks.quality.thesis import claims, report
from benchmarks.quality.thesis.cells import CELLS, NETS, SEEDS, SHAPING, Cell
from benchmarks.quality.thesis.trials import score, train
from facet.terminal import table

USUAL_SEEDS = 5
console = Console(width=190)


def main(given: Sequence[str]) -> None:
    """Measure what is left, print, write; the exit status says whether every claim holds."""
    options = arguments(given)
    fits = list(planned(options, growing.engine_of(options)))
    met = growing.measure(fits, options, train, score)
    rows = report.summaries(met)
    found = growing.facts(fits, met, options) | {"table": rows, "verdict": claims.verdict(rows)}
    show(found)
    said = [f"- {sentence}" for sentence in claims.sentences(found["verdict"])]
    growing.write(
        found,
        "thesis",
        title="The thesis's experiments",
        about="NMI, mean ± deviation over seeds",
        page=[markdown(report.COLUMNS, report.cells(rows)), "", *said],
    )
    raise SystemExit(not all(claim["holds"] for claim in found["verdict"]))


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


def show(found: dict[str, Any]) -> None:
    """The table and what it says."""
    title = "NMI with the true labeling that each clustering is matched to, mean ± deviation over seeds"
    console.print(table(title, report.COLUMNS, report.cells(found["table"])))
    for sentence in claims.sentences(found["verdict"]):
        console.print(sentence, markup=False)
