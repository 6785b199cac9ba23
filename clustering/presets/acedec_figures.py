"""What figures 1a and 4 of the ACe/DeC paper vary: noise beside the clusters, and the learning rate.

A name ends in `-synth0` where no dimension is noise, and in `-gamma-<factor>` where every 20,000 steps
multiply the learning rate by another factor than the usual 0.5.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from clustering.presets.acedec import DATA, HALVED
from clustering.presets.acedec import PRESETS as FULL
from clustering.presets.preset import ALL, DatasetFacts, Preset, merge

NOISELESS = DatasetFacts("SYNTH-0", 12_000, (2,), 4, ALL, "the same")
FACTORS = (0.1, 0.9)
"""Beside 0.5, which all other experiments take."""
ON_FIGURE_1 = (
    "Figure 1a adds dimensions of noise step by step and prints no numbers. Its steps 0 and 25 are these "
    "presets and those of SYNTH-25; `embedding_dim` repeats another with as many dimensions as its samples "
    "have. The weights of DCN that it shows could not be read: here those of table 1."
)
ON_FIGURE_4 = (
    "The paper shows what it measured in figure 4 only, without numbers; which weights of DCN, and which "
    "data sets beside GTSRB, could not be read: here those of table 1."
)
ON_GAMMA = (
    "The caption multiplies the learning rate by γ; here, as section 2.4 of the supplement explains it, once "
    "every 20,000 steps."
)
TRAINED = {preset.name: preset for preset in FULL}
DCN = tuple(f"dcn-{weight}" for weight in ("0.1", "1", "10"))


def _noiseless() -> Iterator[Preset]:
    """Figure 1a, step 0."""
    for method in ("acedec", *DCN):
        full = TRAINED[f"acedec/{method}-synth25"]
        yield replace(
            full,
            name=f"acedec/{method}-synth0",
            title=full.title.replace(full.dataset.name, NOISELESS.name),
            dataset=NOISELESS,
            spec=merge(full.spec, {"embedding_dim": NOISELESS.shape[0]}),
            figure=None,
            notes=(*full.notes, ON_FIGURE_1),
        )


def _falling() -> Iterator[Preset]:
    """Figure 4: DCN on GTSRB, and ACe/DeC on every data set."""
    runs = [*product(DCN, ["gtsrb"]), *product(["acedec"], DATA)]
    for (method, key), factor in product(runs, FACTORS):
        full = TRAINED[f"acedec/{method}-{key}"]
        yield replace(
            full,
            name=f"{full.name}-gamma-{factor:g}",
            title=f"{full.title}, {factor:g} times the rate every 20,000 steps",
            spec=merge(full.spec, {"schedule": {**HALVED["schedule"], "step_factor": factor}}),
            figure=None,
            notes=(*full.notes, ON_FIGURE_4, ON_GAMMA),
        )


PRESETS = (*_noiseless(), *_falling())
"""Those that tables do not repeat."""
