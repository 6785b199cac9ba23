"""Contrastive Clustering."""

from clustering.methods.contrasting import Contrasting
from clustering.params.cc import CCParams


class CC(Contrasting[CCParams]):
    """Contrast two views of a batch by rows and by columns, and keep clusters of equal size.

    L = NT-Xent of projections + NT-Xent of clusters + Σ_views (log k - H(sizes))

    Departs from the paper: its loss lacks the constant log k.
    """
