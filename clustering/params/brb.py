"""How a clustering breaks the reclustering barrier. Imports without torch."""

from pydantic import BaseModel, ConfigDict, Field


class BRBParams(BaseModel):
    """Soft weight reset, reclustering and reset of the centers' moments every so many epochs.

    The defaults are those of Miklautz et al., ICLR 2025, for autoencoders.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    interval: int = Field(20, ge=1, le=100_000, description="Epochs from one reset to the next.")
    alpha: float = Field(
        0.8, ge=0, le=1, description="Share of its weights that a layer keeps in a reset; 1 resets nothing."
    )
