"""What DivClust adds to the params of a method with heads. Imports without torch."""

from typing import ClassVar, Literal

from pydantic import Field

from clustering.params.base import Told
from clustering.params.heads import HeadsParams

PAPER = "Metaxas, Tzimiropoulos, Patras. DivClust: Controlling Diversity in Deep Clustering. CVPR 2023; over "


class DiverseParams(HeadsParams):
    """Params of a method that finds several clusterings at once which may agree only so far."""

    artifacts: ClassVar[Told] = {
        **HeadsParams.artifacts,
        "diversity": "The target, the mean NMI of two heads over all samples (`agreement`, the D^R reached), "
        "the bound on similarity, the heads that C merges, and the NMI of each two.",
        "heads-nmi": "The NMI of each two heads as an array and as a picture, in the order of their numbers.",
    }
    curves: ClassVar[Told] = {
        "agreement": "D^R, the mean NMI of two heads over the samples seen last.",
        "bound": "d, the similarity of two heads from which on it costs.",
        "diversity": "What likeness of the heads costs; `loss` has it in it.",
    }

    heads: int = Field(20, ge=2, le=200, description="Clusterings, each of a head of its own.")
    target: float = Field(
        0.9, gt=0, le=1, description="Largest mean NMI D^T of two clusterings; 1 asks for no diversity."
    )
    normalization: Literal["code", "paper"] = Field(
        "code",
        description="What the sum over ordered pairs of clusterings is divided by. code: their number, as in "
        "the released code; paper: the number of pairs, which weighs as many times less.",
    )
    bound_every: int = Field(
        20, ge=1, le=100_000, description="Steps from one change of the bound on similarity to the next."
    )
    bound_step: float = Field(
        0.01, gt=0, lt=1, description="Share by which the bound falls or rises at a change."
    )
    memory: int = Field(
        10_000,
        ge=2,
        le=10_000_000,
        description="Samples seen last, views counted, whose clusters tell how far clusterings agree.",
    )
    single: Literal["A", "B", "C"] = Field(
        "C",
        description="Which clustering is the main one. A: the head of lowest loss; B: the consensus of all "
        "heads; C: the consensus of those of lowest loss.",
    )
    consensus_heads: int = Field(
        10, ge=2, le=200, description="Heads of lowest loss that C merges; all if there are no more."
    )
    baselines: bool = Field(
        True,
        description="Whether the result also has the consensus of as many k-means clusterings of the same "
        "embedding: of all samples, of random samples (/S) and of random features (/F).",
    )

    @property
    def count(self) -> int:
        return self.heads
