"""Choosing among candidates without labels."""

import math
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

LEAST_SPREAD = 1e-6
LEAST_VI = 0.5
"""Of the candidates' median; with less, clusterings repeat each other more than is usual here."""


class Figures(NamedTuple):
    """What is known of a pretrained network and the clusterings in its embedding."""

    held_out: float
    """Mean squared error of what the pretraining did not see."""
    mdl_bits: float
    """Description length of all samples by the clusterings."""
    mean_vi: float
    """Variation of information in nats, averaged over pairs of clusterings; 0 where there is no pair."""
    cosine: float
    """Of the codes of two views of a sample."""
    spread: float
    """Share of the codes' mean square that tells samples apart; 0 where they have collapsed."""
    outliers: float
    """Share of the samples that are outliers of some clustering."""


def best_of(candidates: Sequence[Figures], widths: Sequence[int], *, tolerance: float) -> int:
    """The candidate to go on with.

    Of the candidates that have not collapsed, those whose held-out error is at most (1 + tolerance) of the
    least; of these, those of the narrowest embedding; of these, those whose mean variation of information is
    at least half of the median; of these, the one of least description length.

    Args:
        candidates: at least one.
        widths: of their embeddings.
        tolerance: of the error.

    Source:
        The thesis, A.4, sections 6.1 and 6.2: the lowest dimension among the best autoencoders, then the
        lowest MDL whose VI is near the median. How near each time is ours.
    """
    left = [i for i, each in enumerate(candidates) if each.spread > LEAST_SPREAD] or [*range(len(candidates))]
    most = (1 + tolerance) * min(candidates[i].held_out for i in left)
    left = [i for i in left if candidates[i].held_out <= most]
    narrowest = min(widths[i] for i in left)
    left = [i for i in left if widths[i] == narrowest]
    usual = median(candidates[i].mean_vi for i in left)
    left = [i for i in left if candidates[i].mean_vi >= LEAST_VI * usual]
    return min(left, key=lambda i: (math.isnan(candidates[i].mdl_bits), candidates[i].mdl_bits, i))
