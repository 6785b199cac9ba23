"""Writes docs/presets.md from the presets: `python -m docs.presets`."""

import json
from collections.abc import Iterator
from pathlib import Path

from clustering.presets import PRESETS, DatasetFacts, Figure, Needs, Preset

DESCRIBED = "| data set | samples | shape | classes | trained on | evaluated on | upload options |"
LISTED = "| preset | what it is | ACC | NMI | ARI | from |"
NEEDED = " GPU memory, GiB | GPU-hours | these from |"
PAGE = Path(__file__).with_suffix(".md")
HEAD = """# Presets

Written from the code by `python -m docs.presets`. A preset is every parameter of a paper's experiment under
one name. `POST /v1/jobs {"dataset": "photos", "preset": "brb/dcn-cifar10", "overrides": {"epochs": 100}}`
runs it with what you change, `facet jobs submit photos --preset brb/dcn-cifar10 -p epochs=100` too.
`GET /v1/presets/brb/dcn-cifar10` shows its whole spec and where it departs from the paper. The figures are
the paper's, in percent; none stands where the paper has none or it could not be read.

A job scores the samples that it was fitted to: no part of a data set can be marked as held out yet. Figures
of an experiment that is evaluated on another split than it is trained on, here CIFAR's, therefore compare
only roughly. In Python, `clustering.estimator` fits one split and predicts another.

GPU memory is an estimate of what one step needs beside PyTorch itself. GPU-hours are a paper's own where it
tells them; all others are estimated from the operations of the network and the views it sees, at the speed
that DivClust's authors report of CC on one RTX 6000. The rule gives too few for other methods: 12 hours where
they took 21 with IIC, 2.4 where they took 6.5 with PICA, 8.5 where they took 14 with CC on ImageNet-10.

"""
LEFT_OUT = {
    "acedec": "Not here: the methods of table 2 whose figures the paper takes from other papers.",
    "deccs": "Not here: RP+EM on MNIST, Fashion-MNIST and KMNIST, on samples and on an embedding, whose "
    "similarities of all pairs of 70,000 samples would take 73 GiB; SpectralNet, VaDE, DeepECT and ConCURL, "
    "which are no methods of this version; and what the paper takes from other papers.",
}
"""What a family's tables have beyond its presets."""


def page() -> str:
    """The whole page."""
    families: dict[str, list[Preset]] = {}
    for preset in PRESETS.values():
        families.setdefault(preset.family, []).append(preset)
    return HEAD + "\n".join(_section(name, presets) for name, presets in families.items())


def _section(family: str, presets: list[Preset]) -> str:
    data = sets(presets)
    counted = any(preset.needs for preset in presets)
    tables = [(DESCRIBED, _data(data)), (LISTED + NEEDED * counted, _rows(presets))]
    prose = [presets[0].paper, *([LEFT_OUT[family]] if family in LEFT_OUT else [])]
    parts = [f"## {family}", *prose, *(_table(head, rows) for head, rows in tables)]
    return "\n\n".join(parts) + "\n"


def sets(presets: list[Preset]) -> dict[str, DatasetFacts]:
    """The data of presets by name.

    Raises:
        ValueError: two of them share a name and are not the same.
    """
    found: dict[str, DatasetFacts] = {}
    for preset in presets:
        data = preset.dataset
        if found.setdefault(data.name, data) != data:
            raise ValueError(f"{preset.name}: another data set is named {data.name} too")
    return found


def _table(head: str, rows: Iterator[str]) -> str:
    return "\n".join([head, "|" + "---|" * (head.count("|") - 1), *rows])


def _data(found: dict[str, DatasetFacts]) -> Iterator[str]:
    for name, data in sorted(found.items()):
        options = f"`{json.dumps(dict(data.options))}`" if data.options else ""
        cells = [name, str(data.n), _sample(data), str(data.k or "")]
        yield f"| {' | '.join([*cells, data.trains_on, data.evaluates_on, options])} |"


def _sample(data: DatasetFacts) -> str:
    """A sample's shape; of several views, that of one and what is beside them."""
    words = "×".join(map(str, data.beside.shape_of_a_view(data.shape)))
    views = f"{data.views} views of {words}" if data.views > 1 else words
    return f"{views}, {data.attributes} attributes" if data.attributes else views


def _rows(presets: list[Preset]) -> Iterator[str]:
    for preset in presets:
        yield f"| `{preset.name}` | {preset.title} | {_reported(preset.figure)} |{_needed(preset.needs)}"


def _needed(needs: Needs | None) -> str:
    if needs is None:
        return ""
    return f" {_short(needs.memory_gib)} | {_short(needs.gpu_hours)} | {needs.hours_from} |"


def _short(value: float) -> str:
    """With one decimal, or below 1 with one digit."""
    return f"{value:.1f}" if value >= 1 else f"{float(f'{value:.1g}'):g}" if value >= 0.01 else "< 0.01"


def _reported(figure: Figure | None) -> str:
    if figure is None:
        return " | | | "
    values = ["" if value is None else f"{value:.2f}" for value in (figure.acc, figure.nmi, figure.ari)]
    return " | ".join([*values, f"{figure.table}: {figure.over}"])


if __name__ == "__main__":
    PAGE.write_text(page())
