"""Methods within methods: members of an ensemble, the clusterer of an embedding. Imports without torch."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

import clustering.params as registry
from clustering.params.base import ClusterParams, MethodParams, NetParams


class Nested(BaseModel):
    """A method by its name, and any of that method's own params beside it."""

    model_config = ConfigDict(extra="allow", frozen=True)

    role: ClassVar[str]
    """What the method is to the one that it is nested in."""

    method: str = Field(description="Name of a method that clusters vectors.")

    @model_validator(mode="after")
    def _is_a_spec(self) -> "Nested":
        accepted = sorted(name for name, params in registry.PARAMS.items() if self.fits(params))
        if self.method not in accepted:
            raise ValueError(f"a {self.role}'s method is one of {', '.join(accepted)}; met {self.method}")
        if (self.model_extra or {}).get("initial_model") is not None:
            message = f"a {self.role} starts afresh, from no trained model"
            raise ValueError(f"{self.method}: initial_model: {message}")
        try:
            self.parsed()
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise ValueError(f"{self.method}: {place}: {first['msg']}; met {first['input']!r}") from error
        return self

    @classmethod
    def fits(cls, params: type[MethodParams]) -> bool:
        """Whether a method can label an embedding."""
        return "vectors" in params.accepts and not params.non_negative

    def parsed(self, **given: Any) -> Any:
        """The params of the method, with what is given beside its own."""
        return registry.PARAMS[self.method](**(self.model_extra or {}) | given)


class EnsembleMember(Nested):
    """One member of an ensemble."""

    role = "member"

    method: str = Field(description="Name of a method that finds a given number of clusters in vectors.")
    n_clusters: int | None = Field(
        None, ge=2, le=10_000, description="Clusters of this member; null takes those of the ensemble."
    )

    @classmethod
    def fits(cls, params: type[MethodParams]) -> bool:
        """Whether a method finds a given number of clusters, and holds no ensemble itself."""
        alone = issubclass(params, ClusterParams) and "members" not in params.model_fields
        return super().fits(params) and alone

    def parsed(self, **given: Any) -> Any:
        clusters = self.n_clusters if self.n_clusters is not None else given.get("n_clusters", 2)
        return super().parsed(n_clusters=clusters)

    def spec(self, n_clusters: int) -> ClusterParams:
        """The params of the member's method.

        Args:
            n_clusters: of the ensemble, for a member that does not say how many.
        """
        spec: ClusterParams = self.parsed(n_clusters=n_clusters)
        return spec


class Clusterer(Nested):
    """Who clusters an embedding that is trained before."""

    role = "clusterer"

    @classmethod
    def fits(cls, params: type[MethodParams]) -> bool:
        """Whether a method clusters vectors as they are, without a network or clusterings of others."""
        nested = {"members", "clusterer"} & params.model_fields.keys()
        return super().fits(params) and not issubclass(params, NetParams) and not nested

    @model_validator(mode="after")
    def _as_it_is(self) -> "Clusterer":
        if (met := (self.model_extra or {}).get("scale", "auto")) not in ("auto", "none"):
            raise ValueError(f"{self.method}: scale: the embedding is clustered as it is; met {met!r}")
        return self
