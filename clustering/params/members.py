"""The members of an ensemble: clusterings of an embedding by other methods. Imports without torch."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

import clustering.params as registry
from clustering.params.base import ClusterParams


class EnsembleMember(BaseModel):
    """One member: a method by its name, and any of that method's own params beside it."""

    model_config = ConfigDict(extra="allow", frozen=True)

    method: str = Field(description="Name of a method that finds a given number of clusters in vectors.")
    n_clusters: int | None = Field(
        None, ge=2, le=10_000, description="Clusters of this member; null takes those of the ensemble."
    )

    @model_validator(mode="after")
    def _is_a_spec(self) -> "EnsembleMember":
        accepted = sorted(name for name, params in registry.PARAMS.items() if _fits(params))
        if self.method not in accepted:
            raise ValueError(f"a member's method is one of {', '.join(accepted)}; met {self.method}")
        if (self.model_extra or {}).get("initial_model") is not None:
            raise ValueError(f"{self.method}: initial_model: a member starts afresh, from no trained model")
        try:
            self.spec(2)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise ValueError(f"{self.method}: {place}: {first['msg']}; met {first['input']!r}") from error
        return self

    def spec(self, n_clusters: int) -> ClusterParams:
        """The params of the member's method.

        Args:
            n_clusters: of the ensemble, for a member that does not say how many.
        """
        own: dict[str, Any] = dict(self.model_extra or {})
        clusters = self.n_clusters if self.n_clusters is not None else n_clusters
        params: type[Any] = registry.PARAMS[self.method]
        spec: ClusterParams = params(n_clusters=clusters, **own)
        return spec


def _fits(params: type[Any]) -> bool:
    """Whether a method can label a standardized embedding, and holds no ensemble itself."""
    return (
        issubclass(params, ClusterParams)
        and "vectors" in params.accepts
        and not params.non_negative
        and "members" not in params.model_fields
    )
