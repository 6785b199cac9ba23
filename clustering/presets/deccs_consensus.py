"""Consensus functions beside DECCS: `deccs/<function>-<data set>`, and `deccs/ae-<function>-<data set>`.

What is merged are clusterings of finished jobs, which only the caller can name: `overrides` has to give
`members`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from clustering.presets.deccs import DATA, ON_MICE, PAPER
from clustering.presets.preset import Figure, Preset


class Row(NamedTuple):
    """What tables 2 and 3 say of a consensus function, in percent, in the order of the data."""

    nmi: tuple[int, ...]
    ari: tuple[int, ...]


ON_SAMPLES = {
    "cspa": Row((75, 35, 73, 49, 59, 53, 46, 65), (67, 19, 64, 37, 49, 40, 36, 54)),
    "hgpa": Row((75, 37, 61, 49, 47, 46, 35, 56), (67, 20, 47, 36, 34, 30, 23, 42)),
    "mcla": Row((57, 34, 73, 59, 55, 53, 49, 60), (43, 17, 61, 46, 42, 36, 35, 52)),
    "hbgf": Row((62, 33, 72, 48, 58, 51, 46, 64), (56, 17, 64, 37, 49, 39, 37, 54)),
    "nmf": Row((46, 34, 75, 59, 59, 52, 49, 72), (37, 19, 63, 46, 47, 37, 37, 59)),
    "lwea": Row((60, 37, 76, 59, 62, 56, 51, 72), (44, 18, 62, 46, 50, 40, 35, 63)),
}
ON_EMBEDDING = {
    "cspa": Row((76, 41, 73, 53, 84, 59, 54, 74), (69, 23, 65, 40, 82, 46, 43, 64)),
    "hgpa": Row((75, 41, 64, 49, 61, 50, 43, 60), (67, 23, 51, 36, 47, 34, 29, 45)),
    "mcla": Row((53, 43, 73, 59, 83, 62, 59, 75), (42, 23, 62, 43, 78, 46, 45, 68)),
    "hbgf": Row((65, 40, 71, 53, 83, 58, 54, 72), (59, 22, 62, 41, 80, 44, 44, 64)),
    "nmf": Row((50, 44, 76, 60, 82, 61, 59, 82), (41, 25, 66, 41, 75, 48, 44, 74)),
    "lwea": Row((61, 46, 75, 58, 86, 65, 61, 83), (45, 25, 62, 41, 81, 47, 45, 77)),
}
METHODS = {"nmf": "nmf_consensus"}
"""Named otherwise than in the paper's tables."""
MEMBERS = "k-means, spectral, agglomerative and Gaussian-mixture clustering"
ON_MEMBERS = "`overrides` has to give `members`, the ids of finished jobs on the same data set: {} of {}."
ON_SETTINGS = "Parameters are the method's defaults; the paper takes those of each function's own paper."


def _presets(rows: dict[str, Row], prefix: str, words: str, seen: str) -> Iterator[Preset]:
    for function, row in rows.items():
        for key, nmi, ari in zip(DATA, row.nmi, row.ari, strict=True):
            data = DATA[key]
            yield Preset(
                name=f"deccs/{prefix}{function}-{key}",
                title=f"{words}{function.upper()} on {data.name}",
                paper=PAPER,
                dataset=data,
                spec={"method": METHODS.get(function, function), "n_clusters": data.k},
                figure=Figure(None, nmi, ari, table="tables 2 and 3", over="mean of ten runs"),
                notes=(ON_MEMBERS.format(MEMBERS, seen), ON_SETTINGS, *[ON_MICE] * (key == "mice")),
            )


PRESETS = (
    *_presets(ON_SAMPLES, "", "", "the samples"),
    *_presets(ON_EMBEDDING, "ae-", "Autoencoder and ", "an autoencoder's embedding"),
)
"""The classical consensus functions of tables 2 and 3."""
