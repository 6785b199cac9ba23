"""Clusterings: the results of a job, one a view of the data."""

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonList, JsonObject


class Clustering(Base):
    """One partition of a dataset.

    `metrics` need no labels (silhouette, davies_bouldin, calinski_harabasz); `agreement` compares
    with each label column of the dataset: {column: {acc, nmi, ari, ami, purity}}. `weights` (d) and
    `n_dimensions` say which part of the embedding it is about, where the method weighs dimensions;
    `n_outliers` is unknown of results from before outliers were counted.
    """

    __tablename__ = "clusterings"
    __table_args__ = (UniqueConstraint("job_id", "index"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"))
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    index: Mapped[int]
    name: Mapped[str]
    n_clusters: Mapped[int]
    n_outliers: Mapped[int | None] = mapped_column(BigInteger)
    weights: Mapped[JsonList | None]
    n_dimensions: Mapped[int | None]
    metrics: Mapped[JsonObject] = mapped_column(default=dict)
    agreement: Mapped[JsonObject] = mapped_column(default=dict)
    warnings: Mapped[JsonList] = mapped_column(default=list)
    is_main: Mapped[bool] = mapped_column(default=True)
