"""Params of DECCS."""

from typing import Literal

from pydantic import Field

from clustering.params.base import Capability, ClusterParams
from clustering.params.deep import AuxiliaryParams
from clustering.params.members import EnsembleMember
from clustering.params.training import AnyOptimizer, SGDOptimizer

MANY_SAMPLES = 11_000
SHARES = 0.5, 0.08
"""Of up to so many samples, and of more."""
FEWEST_SAMPLES, FEWEST_OF_A_CLUSTER = 100, 20
# Constructed unchecked: the methods that a check would look up are not all imported yet.
MEMBERS = (
    EnsembleMember.model_construct(method="kmeans"),
    EnsembleMember.model_construct(method="spectral"),
    EnsembleMember.model_construct(method="agglomerative"),
    EnsembleMember.model_construct(method="gmm", regularization=1e-5, n_init=10),
)


class DECCSParams(AuxiliaryParams, ClusterParams):
    """DECCS: an embedding on which an ensemble of different clustering algorithms comes to agree.

    The defaults are those of the paper and, where it says less, of its authors' code.
    """

    title = "DECCS"
    paper = (
        "Miklautz, Teuffenbach, Weber, Perjuci, Durani, Böhm, Plant. Deep Clustering With Consensus "
        "Representations. ICDM 2022."
    )
    supports = frozenset({"soft", "decode", "predict", "resume", "augment", "prototypes"})

    method: Literal["deccs"] = "deccs"
    members: tuple[EnsembleMember, ...] = Field(
        MEMBERS,
        min_length=2,
        max_length=32,
        description="The ensemble, at least two clusterings of the embedding: each a method's name with "
        "any of its own params. The first one's clusters, as its classifier has them, are the consensus; "
        "where members differ in their number of clusters, k-means on the final embedding gives it.",
    )
    rounds: int = Field(10, ge=0, le=1000, description="Updates of the embedding, each after a new vote.")
    sample_share: float | None = Field(
        None,
        gt=0,
        le=1,
        description="Share of the samples that the members label in a round, at least 100 and 20 a cluster; "
        "null takes a half of up to 11,000 and 8 percent of more.",
    )
    consensus_weight: float | None = Field(
        None,
        ge=0,
        le=1e6,
        description="Weight of the pull to the members' clusters, once it is in full force; null takes 0.1 "
        "for images and 10 for vectors.",
    )
    cross_entropy_weight: float = Field(
        1.0,
        ge=0,
        le=1e6,
        description="Weight of what the classifiers err in an update; 0, as in the paper's ablations, lets "
        "nothing keep the members' clusters apart.",
    )
    weighting: Literal["code", "paper", "none"] = Field(
        "code",
        description="How agreement weighs the losses. code: a mean over members, each by its agreement "
        "with the others, without those at or below 0.01, and the reconstruction by what agreement lacks; "
        "paper: the sum over members of its eq. 6, the reconstruction in full; none: a plain mean.",
    )
    moving_centers: bool = Field(
        True,
        description="Whether clusters' centers follow the embedding at each step half way, as in the code, "
        "or stay during a round, as in the paper.",
    )
    min_cluster_size: int = Field(
        6,
        ge=1,
        le=10_000,
        description="Sampled points in a member's smaller clusters are not learned from in that round.",
    )
    steps: int = Field(20_000, ge=0, le=10_000_000, description="Steps of an update at most.")
    lr: float = Field(1e-3, gt=0, le=1, description="Learning rate of the first update.")
    lr_decay: float = Field(0.9, gt=0, le=1, description="Factor on that rate from round to round.")
    optimizer: AnyOptimizer = Field(
        SGDOptimizer(weight_decay=0.0),
        description="Who descends in the updates; its decay is also that of the classifiers before.",
    )
    classifier_steps: int = Field(
        20_000,
        ge=0,
        le=10_000_000,
        description="Steps at most in which classifiers learn the members' clusters.",
    )
    classifier_lr: float = Field(0.01, gt=0, le=10, description="Learning rate of the classifiers.")
    holdout: float = Field(
        0.5, gt=0, lt=1, description="Share of the labeled samples that only tells when to stop training."
    )
    patience: int = Field(
        100,
        ge=2,
        le=1_000_000,
        description="Passes without gain on those after which a training ends; half as many lower its rate "
        "by a tenth.",
    )
    stop_below: float | None = Field(
        1e-3,
        gt=0,
        lt=1,
        description="End once the agreement changed by less since the round before, or did not rise by "
        "twice as much for three rounds; unlike the paper's, not before `consensus_weight` is in full force, "
        "a little past half of the rounds. Null takes every round until all members agree in full.",
    )

    @property
    def share_clusters(self) -> bool:
        """Whether all members find as many clusters as are asked for."""
        return all(member.n_clusters in (None, self.n_clusters) for member in self.members)

    def can(self, capability: Capability) -> bool:
        return super().can(capability) and (capability != "soft" or self.share_clusters)

    def sample_size(self, n: int) -> int:
        """Samples, of n, that the members label in a round."""
        few, many = SHARES
        share = self.sample_share or (many if n > MANY_SAMPLES else few)
        return min(n, max(int(share * n), FEWEST_SAMPLES, FEWEST_OF_A_CLUSTER * self.n_clusters))
