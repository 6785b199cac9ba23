"""One fit and its score, in a process with one thread."""

from pathlib import Path
from typing import Any

from benchmarks.quality import fits
from benchmarks.quality.ensembles.data import DATA
from benchmarks.quality.fits import Fit, Net
from benchmarks.quality.truth import agreement
from clustering import engine


def train(net: Net, folder: Path) -> dict[str, Any]:
    """Train the net of CC that the cells of a data set and seed share."""
    return fits.train(net, DATA[net.dataset], folder)


def score(fit: Fit, folder: Path) -> dict[str, Any]:
    """Fit and compare with the truth, in percent."""
    x, y = DATA[fit.dataset]()
    result, about = fits.fitted(fit, x, folder)
    return {**about, **agreement(y, result.clusterings[0].labels.numpy()), **told(result)}


def told(result: engine.Result) -> dict[str, Any]:
    """D^R of many clusterings at once, in [0, 1]: of all samples at the end, and as training last saw it."""
    diversity = result.extras.get("diversity")
    if not isinstance(diversity, dict):
        return {}
    return {"diversity": diversity["agreement"], "seen_diversity": result.curves[-1].values["agreement"]}
