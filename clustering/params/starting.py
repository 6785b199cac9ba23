"""What the params of methods share that can start from a trained model. Imports without torch."""

from pydantic import Field

from clustering.params.base import MethodParams

MODEL_ID = r"^mdl_[0-9A-Za-z]{1,40}$"


class StartingParams(MethodParams):
    """Params of a method whose first stages a trained model can take the place of."""

    initial_model: str | None = Field(None, pattern=MODEL_ID, description="Trained model to start from.")

    @property
    def pretrain_stages(self) -> dict[str, int]:
        """Epochs of the stages that a trained model takes the place of, in order."""
        return {}
