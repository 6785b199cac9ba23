"""What the params of all methods share. Imports without torch."""

from collections.abc import Mapping
from typing import ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from clustering.params.augment import AnyAugment
from clustering.params.nets import AnyNet, MlpNet
from clustering.params.problem import Kind

Capability: TypeAlias = Literal["soft", "decode", "predict", "resume", "augment", "prototypes"]
Told: TypeAlias = Mapping[str, str]
"""What names mean."""
Scale: TypeAlias = Literal["auto", "none", "unit", "standard"]


class MethodParams(BaseModel):
    """Params of one method: bounded, described, with the paper's defaults.

    A method's own class adds `method: Literal["its name"]` and sets `title`, `paper` and `supports`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: ClassVar[str]
    paper: ClassVar[str]
    """Citation of the source."""
    kind: ClassVar[Literal["cluster", "pretrain", "consensus"]] = "cluster"
    supports: ClassVar[frozenset[Capability]] = frozenset()
    accepts: ClassVar[frozenset[Kind]] = frozenset({"vectors", "images"})
    """Kinds of samples that the method can be fitted to, whatever its other params say."""
    auto_scale: ClassVar[Literal["none", "standard"]] = "none"
    """What `scale: auto` means for vectors."""
    non_negative: ClassVar[bool] = False
    """Whether inputs must be at least 0."""
    max_samples: ClassVar[int | None] = None
    """Above this many samples the method does not end in useful time or memory."""
    trains_a_net: ClassVar[bool] = False
    """Whether the method trains a network, which is what several devices can share."""
    artifacts: ClassVar[Told] = {}
    """What a result may show beside what every method's does, as files of these names."""
    curves: ClassVar[Told] = {}
    """What the curves may tell beside what those of every method do, under these names."""

    def can(self, capability: Capability) -> bool:
        """Whether a fit with these params has a capability; `supports` is the most that the method has."""
        return capability in self.supports

    @property
    def has_batch_norms(self) -> bool:
        """Whether the network normalizes over batches, which several processes share on GPUs alone."""
        return False

    @property
    def reads_modalities(self) -> bool:
        """Whether views are told apart and attributes read; otherwise a sample is its image, side by side."""
        return False

    scale: Scale = Field(
        "auto",
        description="How inputs are scaled before fitting. none: as they are; unit: the whole range of the "
        "data to [0, 1], of bytes from 0 to the largest; standard: zero mean and unit variance for each "
        "feature or color channel; auto: images and bytes to [0, 1], other vectors as suits the method.",
    )


class ClusterParams(MethodParams):
    """Params of a method that yields a given number of clusters."""

    fewer_than_samples: ClassVar[bool] = False
    """Whether as many clusters as samples are already too many."""

    n_clusters: int = Field(ge=2, le=10_000, description="Number of clusters.")


class NetParams(MethodParams):
    """Params of a method that trains a network."""

    auto_scale = "standard"
    trains_a_net = True

    net: AnyNet = Field(MlpNet(), description="The network's architecture.")
    embedding_dim: int = Field(10, ge=1, le=4096, description="Width of the embedding.")
    batch_size: int = Field(256, ge=2, le=65_536, description="Samples a step.")
    augment: AnyAugment | None = Field(
        None, description="Random views of images; null trains on the images as given."
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "float32",
        description="Number format of the network's products. bfloat16 is faster where the hardware has it "
        "and costs a few percent of reconstruction loss; auto takes it there.",
    )

    @property
    def has_batch_norms(self) -> bool:
        return self.net.type != "mlp"

    @property
    def reads_modalities(self) -> bool:
        return self.net.type == "mixed"
