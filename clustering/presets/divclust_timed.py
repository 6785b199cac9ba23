"""What else DivClust's supplement has: what its table 3 took the time of, and its table 6's single trainings.

`…-timed` are table 3; `divclust/cc-20x-imagenet-10` is table 6's consensus of finished jobs, which only the
caller can name: `overrides` has to give `members`. `-small` as ever.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from clustering.presets.cc import PRESETS as OF_CC
from clustering.presets.cc import spec_of
from clustering.presets.divclust import ON_CONSENSUS, PAPER, images_of, small_of
from clustering.presets.images import IMAGES, small
from clustering.presets.needs import Took
from clustering.presets.preset import DatasetFacts, Figure, Preset, lean

Spec = dict[str, Any]
SIDE, EPOCHS = 32, 10
USUAL = 20
"""Steps from one change of the bound to the next."""
SMALL_IMAGES = next(preset.dataset for preset in OF_CC if preset.name == "cc/imagenet-10-small")

ON_TIMED = "Table 3 of the supplement tells how long this takes, not what it finds."
ON_MEMBERS = (
    "`overrides` has to give `members`, the ids of finished jobs: of 20 of `cc/imagenet-10{}` on this data "
    "set, each with another seed, the 10 of lowest loss."
)
ON_SINGLES = "Of the 20 trainings, the mean ACC is 89.1 and the best 89.5; of one of CC it is 89.3."


class Timed(NamedTuple):
    """A row of table 3 of the supplement."""

    name: str
    title: str
    spec: Spec
    seconds: int


def _rows() -> Iterator[Timed]:
    over = "divclust/cc-cifar100-20"
    words = f"DivClust over CC on {IMAGES['cifar100-20'].name}, target"
    apart: Spec = {"method": "divclust_cc", "target": 0.9}
    yield Timed("cc/cifar100-20-timed", f"CC on {IMAGES['cifar100-20'].name}", {"method": "cc"}, 141)
    yield Timed(f"{over}-100-timed", f"{words} 1", apart | {"target": 1.0}, 161)
    yield Timed(f"{over}-90-timed", f"{words} 0.9", apart, 209)
    seldom = apart | {"bound_every": 200}
    yield Timed(f"{over}-90-timed-every-200", f"{words} 0.9 (T = 200)", seldom, 166)


def _timed(row: Timed) -> Preset:
    spec = {**spec_of("cifar100-20"), **row.spec, "input_size": SIDE, "epochs": EPOCHS}
    return Preset(
        name=row.name,
        title=f"{row.title}, {EPOCHS} epochs at {SIDE}×{SIDE}",
        paper=PAPER,
        dataset=IMAGES["cifar100-20"],
        spec=lean(spec),
        figure=None,
        notes=(ON_TIMED,),
        took=Took(row.seconds / 3600, "DivClust's supplement, table 3: one RTX 6000"),
    )


def _small(preset: Preset) -> Preset:
    if preset.family == "cc":
        return small(preset, epochs=EPOCHS)
    seldom = preset.spec.get("bound_every", USUAL) // USUAL
    return small_of(preset, epochs=EPOCHS, bound_every=seldom)


def _merged(data: DatasetFacts, suffix: str, figure: Figure | None) -> Preset:
    return Preset(
        name=f"divclust/cc-20x-imagenet-10{suffix}",
        title=f"Consensus of 20 trainings of CC on {data.name}",
        paper=PAPER,
        dataset=data,
        spec={"method": "structured_bipartite", "n_clusters": data.k},
        figure=figure,
        notes=(ON_MEMBERS.format(suffix), ON_CONSENSUS, *[ON_SINGLES] * (figure is not None)),
    )


def _presets() -> Iterator[Preset]:
    timed = [_timed(row) for row in _rows()]
    yield from timed
    yield from map(_small, timed)
    figure = Figure(89.4, None, None, "table 6 of the supplement", "consensus of 10 of 20 runs")
    whole = images_of("imagenet-10")
    yield _merged(whole, "", figure)
    yield _merged(SMALL_IMAGES, "-small", None)


PRESETS = tuple(_presets())
"""Tables 3 and 6 of the supplement."""
