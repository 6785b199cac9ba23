"""Params of the glass-bead pipeline."""

from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from clustering.params.artifacts import OF_SUBSPACES
from clustering.params.augment import AnyAugment, ObjectAugment
from clustering.params.autonr import SearchParams
from clustering.params.base import Told
from clustering.params.deep import AuxiliaryParams
from clustering.params.grid import Grid
from clustering.params.nets import AutoencoderNet, MixedNet
from clustering.params.training import AdamOptimizer, AdamWOptimizer, AnyOptimizer, Schedule


class Evening(BaseModel):
    """Draws rare looks as often as frequent ones: samples grouped by their main colors and attributes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: int = Field(
        20, ge=1, le=10_000, description="Groups by k-means that are drawn equally often; at most."
    )
    draws: int = Field(
        10_000,
        ge=2,
        le=10_000_000,
        description="Samples drawn, with replacement, for the search for clusterings; at most three times "
        "as many as there are.",
    )
    recolor: bool = Field(
        True, description="Whether the drawn samples change their colors as `augment` of type object does."
    )


class BeadsParams(AuxiliaryParams, SearchParams):
    """Several clusterings of samples in several views with attributes, all numbers found without labels.

    A mixed autoencoder is pretrained, AutoNR finds the clusterings and outliers in its embedding, ENRC trains
    both on so that views of a sample agree. The defaults are the paper's.
    """

    title = "Glass beads"
    paper = (
        "Miklautz, Shkabrii, Leiber, Tobias, Seidl, Weissensteiner, Rausch, Böhm, Plant. Non-Redundant Image "
        "Clustering of Early Medieval Glass Beads. In: Miklautz, thesis, Vienna 2023, A.4."
    )
    supports = frozenset({"decode", "predict", "resume", "augment", "prototypes"})
    artifacts: ClassVar[Told] = {
        **OF_SUBSPACES,
        "candidates": "A row for each pretraining of the grid: its figures, and which was chosen.",
        "selection": "The figures of the chosen one before and after the clustering's training.",
        "prototype-attributes": "A row a prototype: the attributes that it is decoded to.",
    }

    method: Literal["beads"] = "beads"
    net: AutoencoderNet = Field(
        MixedNet(),
        description="The autoencoder's architecture; any but a mixed one sees views side by side and no "
        "attributes.",
    )
    embedding_dim: int = Field(64, ge=1, le=4096, description="Width of the embedding.")
    augment: AnyAugment | None = Field(
        ObjectAugment(), description="Random views of images; null trains on the images as given."
    )
    pretrain_epochs: int = Field(
        4000, ge=0, le=100_000, description="Epochs of pretraining, of each candidate of the grid."
    )
    pretrain_optimizer: AnyOptimizer = Field(
        AdamWOptimizer(weight_decay=1e-3), description="Who descends in the pretraining."
    )
    pretrain_schedule: Schedule = Field(
        Schedule(warmup_epochs=400, decay="cosine"),
        description="How the learning rate of the pretraining goes over its epochs.",
    )
    pretrain_augment: bool = Field(
        True, description="Whether the pretraining sees the views that `augment` draws instead of samples."
    )
    clip_norm: float | None = Field(
        None, gt=0, le=1e6, description="Largest L2 norm of the network's gradient; null leaves it as it is."
    )
    held_out: float = Field(
        0.1, ge=0, le=0.9, description="Share of the samples that pretraining does not see."
    )
    grid: Grid = Field(Grid(), description="Pretrainings to choose from; by default there is one.")
    evening: Evening | None = Field(
        Evening(), description="Against biased looks of images; null draws samples as they come."
    )
    repetitions: int = Field(
        10, ge=1, le=1000, description="Random starts of an attempt in the search for clusterings."
    )
    max_spaces: int | None = Field(
        5, ge=2, le=10_000, description="Most clusterings, counting the space of noise; null: no limit."
    )
    max_clusters: int | None = Field(
        30, ge=2, le=10_000, description="Most clusters of a clustering; null: as many as samples."
    )
    epochs: int = Field(30, ge=0, le=100_000, description="Epochs of clustering.")
    lr: float = Field(5e-4, gt=0, le=1, description="Learning rate of the clustering.")
    optimizer: AnyOptimizer = Field(AdamOptimizer(), description="Who descends in the clustering.")
    schedule: Schedule = Field(
        Schedule(warmup_epochs=6, decay="cosine"),
        description="How the learning rate of the clustering goes over its epochs.",
    )
    whiten: bool = Field(
        False,
        description="Whether the embedding, which a reconstruction determines only up to a linear map, is "
        "given unit variance in every direction before the search; reconstructions stay the same.",
    )
    assign_by: Literal["views", "samples", "search"] = Field(
        "views",
        description="What says to which clusters a sample belongs in training: the random views that "
        "`augment` draws, as in the paper; the sample as it is; or the search, whose clusters hold until the "
        "training ends. In the last two cases the sample is drawn to its centers beside its views.",
    )
    compression_unit: Literal["distance", "start"] = Field(
        "distance",
        description="What squared distances to the centers are measured in: as they are, as in the paper, "
        "or in each clustering's variance at the start, below which none shrinks, so that samples do not "
        "become alike.",
    )
    weight_lr_factor: float = Field(
        10.0, gt=0, le=1000, description="Learning rate of the dimensions' weights, in units of `lr`."
    )
    weight_power: Literal[1, 2] = Field(
        1, description="Power of the dimensions' weights in distances to centers."
    )
    center_memory: float = Field(
        0.5, ge=0, lt=1, description="Share that the running count of a center's samples keeps at each step."
    )
    revival_samples: int = Field(
        1000, ge=1, le=1_000_000, description="Samples among which a lost center finds its new place."
    )

    @property
    def pretrain_stages(self) -> dict[str, int]:
        names = self.stage_names
        return dict.fromkeys(names, self.pretrain_epochs)

    @property
    def stage_names(self) -> list[str]:
        """The pretraining stage of each candidate."""
        count = self.grid.size
        return ["pretrain"] if count == 1 else [f"pretrain {number}" for number in range(1, count + 1)]

    @property
    def candidates(self) -> list[Self]:
        """The same params with each combination of the grid."""
        found = []
        for fields in self.grid.combinations():
            update = {name: value for name, value in fields.items() if name != "weight_decay"}
            if "weight_decay" in fields:
                decay = {"weight_decay": fields["weight_decay"]}
                update["pretrain_optimizer"] = self.pretrain_optimizer.model_copy(update=decay)
            found.append(self.model_copy(update=update))
        return found

    @model_validator(mode="after")
    def _starts_once(self) -> Self:
        if self.layerwise is not None:
            raise ValueError("layerwise is set; candidates are pretrained whole, accepted is null")
        if self.initial_model is not None and self.grid.size > 1:
            raise ValueError(
                f"grid has {self.grid.size} candidates and initial_model is one; accepted is a grid of one"
            )
        return self
