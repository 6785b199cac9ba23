"""One clustering out of several: consensus functions of an ensemble, and what they are built on.

Whatever needs the square of the number of samples works on distinct rows of labels, and refuses with an
estimate what still does not fit.
"""

from clustering.consensus.agreement import Agreement, agreement, anmi
from clustering.consensus.cspa import cspa
from clustering.consensus.eac import eac
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.hbgf import hbgf
from clustering.consensus.hgpa import hgpa
from clustering.consensus.lwea import lwea
from clustering.consensus.lwgp import lwgp
from clustering.consensus.mcla import mcla
from clustering.consensus.nmf import nmf
from clustering.consensus.rp_em import rp_em
from clustering.consensus.rp_fcm import rp_fcm
from clustering.consensus.structured_bipartite import structured_bipartite
from clustering.consensus.transfer_cut import transfer_cut

__all__ = [
    "Agreement",
    "Ensemble",
    "agreement",
    "anmi",
    "cspa",
    "eac",
    "hbgf",
    "hgpa",
    "lwea",
    "lwgp",
    "mcla",
    "nmf",
    "rp_em",
    "rp_fcm",
    "structured_bipartite",
    "transfer_cut",
]
