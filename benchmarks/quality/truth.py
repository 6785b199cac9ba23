"""How far labels agree with the truth."""

from numpy import int64
from numpy.typing import NDArray

from clustering.metrics.agreement import accuracy, ari, nmi

MEASURES = {"acc": accuracy, "nmi": nmi, "ari": ari}
Labels = NDArray[int64]


def agreement(y: Labels, labels: Labels) -> dict[str, float]:
    """Accuracy, NMI and ARI of labels (n,) in percent."""
    return {name: round(100 * measure(y, labels), 3) for name, measure in MEASURES.items()}
