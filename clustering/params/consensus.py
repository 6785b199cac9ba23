"""What the params of consensus methods share: one clustering out of several. Imports without torch."""

import re
from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from clustering.params.base import ClusterParams

BELOW_0 = re.compile(r"-[1-9][0-9]*")


def missing(texts: Sequence[str]) -> list[int]:
    """The codes of a label column, by its text for each, that stand for a number below 0: no label."""
    return [code for code, text in enumerate(texts) if BELOW_0.fullmatch(text)]


class Member(BaseModel):
    """A clustering that a finished job has found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    job: str = Field(
        min_length=1, max_length=200, description="Id of a job on the same data set that has succeeded."
    )
    clustering: int | None = Field(
        None, ge=0, le=100_000, description="Which of its clusterings; null takes the main one."
    )


class LabelTable(BaseModel):
    """Clusterings that were uploaded: a column each, a sample a row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Id or name of a data set with as many samples; null takes the job's own.",
    )
    columns: tuple[str, ...] | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="Names of its label columns; null takes its values, whole numbers, a column a "
        "clustering. A label below 0 is missing.",
    )


class ConsensusParams(ClusterParams):
    """Params of a method that makes one clustering out of several."""

    kind = "consensus"


class EnsembleParams(ConsensusParams):
    """Params of a method whose clusterings are given, by finished jobs or as tables of labels."""

    supports = frozenset({"decode", "prototypes"})

    members: tuple[Member, ...] = Field(
        (), max_length=1000, description="Clusterings of finished jobs; with those of the tables at least 2."
    )
    tables: tuple[LabelTable, ...] = Field(
        (), max_length=100, description="Tables of labels; with the members at least 2 clusterings."
    )


class ProjectionParams(ConsensusParams):
    """Params of a method that clusters random projections of the samples and joins what it finds."""

    auto_scale: ClassVar[Literal["none", "standard"]] = "standard"
    supports = frozenset({"decode", "prototypes"})

    runs: int = Field(30, ge=1, le=1000, description="Random projections.")
    projection_dim: int = Field(
        10, ge=1, le=4096, description="Dimensions of a projection; never more than features."
    )
