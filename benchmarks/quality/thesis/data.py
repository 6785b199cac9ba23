"""The data sets by name, as the fits see them and as the scores do."""

from collections.abc import Callable

from benchmarks.generated.factored import Factored
from benchmarks.generated.figures import stick_figures
from benchmarks.generated.objects import nonredundant_objects, objects
from benchmarks.generated.pairs import digit_pairs
from benchmarks.generated.points import moons_and_blobs, subspaces, synth25

DATA: dict[str, Callable[[], Factored]] = {
    "synth25": synth25,
    "objects": lambda: objects(3000),
    "figures": stick_figures,
    "nr-objects": lambda: nonredundant_objects(1800, 32),
    "pairs": digit_pairs,
    "synth": moons_and_blobs,
    "planes": subspaces,
}
"""The thesis has 10,000 objects of 64×64 and 10,000 of 128×128: fewer and smaller ones fit a CPU."""
