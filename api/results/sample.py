"""What a result says of one sample."""

from api import samples
from api.results.finished import Finished
from api.schemas.results import ResultSampleOut
from api.tables.parquet import ParquetRows


def describe(result: Finished, index: int) -> ResultSampleOut:
    """Cluster and how surely, soft assignment, embedding, place on the map and given labels of a sample.

    Raises:
        Refusal: not_found.
    """
    number = result.one.index
    labels = _rows(result, f"labels-{number}.parquet")
    samples.check_index(index, labels.n if labels else 0)
    (row,) = labels.rows(index, index + 1).to_pylist() if labels else ({},)
    projection = _rows(result, "projection-pca.parquet")
    point = projection.rows(index, index + 1).to_pylist()[0] if projection else None
    ids = result.ids.rows(index, index + 1).column(0).to_pylist() if result.ids else [None]
    return ResultSampleOut(
        index=index,
        id=ids[0],
        cluster=row["cluster"],
        confidence=row.get("confidence"),
        margin=row.get("margin"),
        distance=row.get("distance"),
        soft=_vector(result, f"soft-{number}.npy", index),
        embedding=_vector(result, "embeddings.npy", index),
        projection=[point["x"], point["y"]] if point else None,
        labels=_given(result, index),
        image=f"{result.images}/{index}/image" if result.images else None,
    )


def _rows(result: Finished, name: str) -> ParquetRows | None:
    return ParquetRows(result.services.store, result.files[name].key) if name in result.files else None


def _vector(result: Finished, name: str, index: int) -> list[float] | None:
    if name not in result.files:
        return None
    found: list[float] = result.services.npy.open(result.files[name].key).rows(index, index + 1)[0].tolist()
    return found


def _given(result: Finished, index: int) -> dict[str, str]:
    if result.dataset is None:
        return {}
    given = samples.given_labels(result.services.store, result.dataset)
    return samples.named(result.dataset, given.rows(index, index + 1).to_pylist()[0]) if given else {}
