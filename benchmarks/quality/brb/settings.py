"""What is fitted: the presets of the BRB paper's gray data sets.

Source:
    Miklautz et al., ICLR 2025, appendix E: an autoencoder d-1024-512-256-k with ReLU, inputs of zero mean and
    unit variance, Adam at 1e-3, batches of 256, 250 epochs of reconstruction without views or none, then 400
    of clustering with affine views; BRB at every 20th epoch with α = 0.8.
"""

import itertools
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from clustering.presets import PRESETS

METHODS = ("dec", "idec", "dcn")
VARIANTS = ("plain", "recluster", "reset", "brb")
STARTS = ("scratch", "pretrained")
PRESETS_FOR = {"digits": "optdigits", "mnist": "mnist"}
"""The paper's data set that ours are a part of."""
PRETRAIN = {"pretrain_epochs": 250, "pretrain_lr": 1e-3}
AUTOENCODER_FIELDS = ("net", "batch_size", "scale", "embedding_dim", "precision", "clip_norm")
EPOCHS = 400
RULE = "brb.min_steps=440"
"""Steps between resets of the paper's smallest data set: 5,620 digits make 22 batches, resets come every 20th
epoch. Chosen among four settings by the agreement of seeds alone, see docs/decisions/0012."""


class Cell(NamedTuple):
    """One row of the table."""

    method: str
    variant: str
    start: str

    @property
    def name(self) -> str:
        """For example dec-brb-scratch."""
        return "-".join(self)


class Settings(NamedTuple):
    """What a run of the suite may choose."""

    epochs: int = EPOCHS
    precision: str = "float32"
    changes: str = "{}"
    """JSON object of fields of the spec, by dotted path, with values that take the place of the paper's."""


CELLS = [Cell(*each) for each in itertools.product(METHODS, VARIANTS, STARTS)]


def autoencoder(dataset: str, settings: Settings) -> dict[str, Any]:
    """The spec of the model that the pretrained cells of a data set and seed start from: what each of them
    would have trained itself."""
    given = spec(Cell("idec", "plain", "pretrained"), dataset, settings)
    own = {name: given[name] for name in AUTOENCODER_FIELDS if name in given}
    return own | {"method": "autoencoder", "epochs": given["pretrain_epochs"], "lr": given["pretrain_lr"]}


def spec(cell: Cell, dataset: str, settings: Settings) -> dict[str, Any]:
    """The spec of a cell's job on a data set."""
    half = "" if cell.variant == "brb" else f"-{cell.variant}"
    preset = PRESETS[f"brb/{cell.method}-{PRESETS_FOR[dataset]}{half}"]
    own = {"epochs": settings.epochs, "precision": settings.precision}
    made = changed(PRETRAIN | preset.spec | own, settings.changes)
    return made | ({"pretrain_epochs": 0} if cell.start == "scratch" else {"initial_model": "mdl_0"})


def changed(made: dict[str, Any], changes: str) -> dict[str, Any]:
    """The spec with other values; a path into a block that the spec lacks changes nothing."""
    made = json.loads(json.dumps(made))
    for path, value in json.loads(changes).items():
        *blocks, last = path.split(".")
        place: Any = made
        for block in blocks:
            place = None if place is None else place.get(block)
        if place is not None:
            place[last] = value
    return made


def as_changes(given: Iterable[str]) -> str:
    """`lr=3e-4 brb.interval=40` as JSON; a value that is no JSON is a string.

    Raises:
        ValueError: one has no `=`.
    """
    return json.dumps({path: _value(text) for path, text in (each.split("=", 1) for each in given)})


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
