"""The data sets by name, as the fits see them and as the scores do."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.generated.beads import ATTRIBUTES, beads
from benchmarks.generated.factored import Factored, Labels
from benchmarks.generated.figures import stick_figures
from benchmarks.generated.objects import nonredundant_objects, objects
from benchmarks.generated.pairs import digit_pairs
from benchmarks.generated.points import moons_and_blobs, subspaces, synth25
from clustering.modalities import Modalities


class Mixed(NamedTuple):
    """Images of several views side by side with attributes, and what the score knows of them."""

    x: NDArray[np.uint8]
    labels: Mapping[str, Labels]
    """(n,) of each factor; -1 of what was planted and has none."""
    modalities: Modalities


def small_beads(n: int, side: int) -> Mixed:
    """Beads in square views of so many pixels, the top one on the left of the other."""
    found = beads(n)
    views = list(found.views.values())
    fine = views[0].shape[1] // side
    small = [view.reshape(n, side, fine, side, fine, 3).mean((2, 4)) for view in views]
    images = np.concatenate(small, axis=2).round().astype(np.uint8)
    return Mixed(images, found.labels, Modalities(len(views), found.attributes, ATTRIBUTES))


DATA: dict[str, Callable[[], Factored | Mixed]] = {
    "synth25": synth25,
    "objects": lambda: objects(3000),
    "figures": stick_figures,
    "nr-objects": lambda: nonredundant_objects(1800, 32),
    "pairs": digit_pairs,
    "synth": moons_and_blobs,
    "planes": subspaces,
    "beads": lambda: small_beads(1500, 16),
}
"""The thesis has 10,000 objects of 64×64, 10,000 of 128×128 and 4,669 beads of 64×64: fewer and smaller ones
fit a CPU."""
