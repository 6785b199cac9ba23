"""PartItion Confidence mAximisation."""

from clustering.methods.pairing import Partitioning
from clustering.params.pica import PICAParams


class PICA(Partitioning[PICAParams]):
    """Make each cluster most like itself, and unlike all others, in perturbed samples.

    L = 1/k Σ_j -log softmax_l(cos(p_·j, q_·l))_j + λ (log k - H(sizes))

    Departs from the authors' code: heads that have no turn keep their moments.
    """
