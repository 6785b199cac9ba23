"""Clusters and their prototypes."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonList, JsonObject


class Cluster(Base):
    """One cluster of a clustering.

    `center` is the latent vector (d floats), `decoded` the name of the artifact that holds its
    decoded form, `medoid` the sample nearest to the center; `typical`, `boundary` and `confident` are
    samples, the last unknown of results that are older than it.
    `nearest` is the closest other cluster, `purity` the most frequent label and its share, each
    as the engine's describe writes it.
    """

    __tablename__ = "clusters"

    clustering_id: Mapped[str] = mapped_column(ForeignKey("clusterings.id"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    share: Mapped[float]
    dispersion: Mapped[float | None]
    silhouette: Mapped[float | None]
    nearest: Mapped[JsonObject | None]
    purity: Mapped[JsonObject | None]
    center: Mapped[JsonList | None]
    decoded: Mapped[str | None]
    medoid: Mapped[int | None] = mapped_column(BigInteger)
    typical: Mapped[JsonList] = mapped_column(default=list)
    boundary: Mapped[JsonList] = mapped_column(default=list)
    confident: Mapped[JsonList | None]
