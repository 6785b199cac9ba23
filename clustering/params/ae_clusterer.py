"""Params of an autoencoder followed by any clusterer of vectors."""

from typing import ClassVar, Literal

from pydantic import Field

from clustering.params.artifacts import OF_SEARCH, OF_SUBSPACES
from clustering.params.base import Capability, MethodParams, Told
from clustering.params.deep import PretrainedParams
from clustering.params.members import Clusterer
from clustering.params.nets import AutoencoderNet, MlpNet

TAKEN_FROM_THE_CLUSTERER = frozenset({"soft", "decode", "predict"})


class AEClustererParams(PretrainedParams):
    """Any clusterer of vectors in the embedding of an autoencoder: the baselines of deep clustering."""

    title = "Autoencoder + clusterer"
    paper = (
        "The baselines of Miklautz et al. Details (Don't) Matter: Isolating Cluster Information in Deep "
        "Embedded Spaces. IJCAI 2021, and of Deep Embedded Non-Redundant Clustering. AAAI 2020."
    )
    supports = frozenset({"decode", "predict", "resume", "augment", "prototypes"})
    artifacts: ClassVar[Told] = {**OF_SUBSPACES, "search": OF_SEARCH}
    """Those of the default clusterer; another one shows its own."""

    method: Literal["ae_clusterer"] = "ae_clusterer"
    net: AutoencoderNet = Field(MlpNet(), description="The autoencoder's architecture.")
    # Constructed unchecked: the methods that a check would look up are not all imported yet.
    clusterer: Clusterer = Field(
        Clusterer.model_construct(method="autonr"),
        description="Who clusters the embedding once it is trained: a method's name with any of its own "
        'params, such as {"method": "nrkmeans", "n_clusters": [3, 3, 1]}.',
    )

    def can(self, capability: Capability) -> bool:
        if capability not in TAKEN_FROM_THE_CLUSTERER:
            return super().can(capability)
        own: MethodParams = self.clusterer.parsed()
        return own.can(capability) and (capability == "soft" or super().can(capability))
