"""DivClust over Contrastive Clustering."""

from clustering.methods.contrasting import Contrasting
from clustering.methods.diverse import Diverse
from clustering.params.divclust_cc import DivClustCCParams


class DivClustCC(Diverse[DivClustCCParams], Contrasting[DivClustCCParams]):
    """Many heads over the features of CC, each trained by its loss, which may agree only so far."""
