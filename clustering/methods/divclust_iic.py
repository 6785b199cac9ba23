"""DivClust over Invariant Information Clustering."""

from clustering.methods.diverse import Diverse
from clustering.methods.pairing import Informing
from clustering.params.divclust_iic import DivClustIICParams


class DivClustIIC(Diverse[DivClustIICParams], Informing[DivClustIICParams]):
    """Many heads over the features of IIC, each trained by its loss, which may agree only so far."""
