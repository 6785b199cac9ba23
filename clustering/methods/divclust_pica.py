"""DivClust over PICA."""

from clustering.methods.diverse import Diverse
from clustering.methods.pairing import Partitioning
from clustering.params.divclust_pica import DivClustPICAParams


class DivClustPICA(Diverse[DivClustPICAParams], Partitioning[DivClustPICAParams]):
    """Many heads over the features of PICA, each trained by its loss, which may agree only so far."""
