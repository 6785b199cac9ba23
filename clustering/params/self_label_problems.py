"""Whether a clustering of a data set can be refined by its own labels."""

from collections.abc import Iterator

from clustering.params.problem import Kind, Problem
from clustering.params.self_label import SelfLabelParams
from clustering.params.view_problems import view_problems


def self_label_problems(params: SelfLabelParams, kind: Kind, shape: tuple[int, ...]) -> Iterator[Problem]:
    """All reasons why the views that the labels go between cannot be drawn.

    Args:
        params: of the self-labelling.
        kind: vectors or images.
        shape: of one sample as stored.
    """
    for name, views in (("weak", params.weak), ("strong", params.strong)):
        if views is not None:
            yield from view_problems(views, f"/self_label/{name}", kind, shape)
