"""Params of the structured bipartite graph."""

from typing import Literal

from pydantic import Field

from clustering.params.consensus import EnsembleParams


class StructuredBipartiteParams(EnsembleParams):
    """Thin out the bipartite graph of samples and their clusters until it falls apart into k parts.

    The model is reconstructed from the paper's abstract and from papers that follow it; nothing promises the
    paper's results.
    """

    title = "Structured bipartite graph"
    paper = "After Zhou, Du, Li. Self-Paced Consensus Clustering with Bipartite Graph. IJCAI 2020."

    method: Literal["structured_bipartite"] = "structured_bipartite"
    smoothness: float = Field(
        0.1,
        ge=0,
        le=100,
        description="How much edges of one sample to clusters that overlap are to weigh alike.",
    )
    learned_rows: int = Field(
        10_000,
        ge=100,
        le=1_000_000,
        description="Above so many distinct rows of labels, the graph is learned on those of random samples, "
        "and the others join.",
    )
