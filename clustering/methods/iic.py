"""Invariant Information Clustering."""

from clustering.methods.pairing import Informing
from clustering.params.iic import IICParams


class IIC(Informing[IICParams]):
    """Raise the mutual information of the clusters of a sample and of a perturbed one.

    L = -I(clusters; clusters of the perturbed), a mean over sub-heads, in turns with auxiliary heads.

    Departs from the authors' code: samples pass through the network once and not once a perturbation, which
    changes nothing but the time; heads that have no turn keep their moments.
    """
