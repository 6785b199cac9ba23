"""A succeeded job's result as numpy arrays, rows and files."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.errors import ConflictError, NotFoundError
from facet.transport import Call, Transport

NPY = "application/x-npy"


@dataclass(frozen=True)
class Clustering:
    """One clustering of n samples into k clusters.

    labels: (n,), −1 where a method leaves a sample out; soft: (n, k) or None where the method has none;
    embeddings: (n, d) or None; metrics: name → value; job: the whole job as the service shows it.
    """

    labels: NDArray[np.int64]
    soft: NDArray[np.float32] | None
    embeddings: NDArray[np.float32] | None
    metrics: Mapping[str, Any]
    job: Mapping[str, Any]


class Result:
    """Where a job's result is fetched from; each call is one request.

    `clustering` picks one of a job that yields several.
    """

    def __init__(self, transport: Transport, job_id: str, *, clustering: int = 0) -> None:
        self._transport = transport
        self._job = f"/v1/jobs/{job_id}"
        self._path = f"{self._job}/result"
        self._params = {"clustering": clustering} if clustering else {}

    def url(self, path: str) -> str:
        """The full address of a part of the result, such as `labels` or `clusters/3/prototype.npy`."""
        return f"{self._transport.url}{self._path}/{path}"

    def summary(self) -> dict[str, Any]:
        """Sizes, metrics and warnings."""
        return self._json("summary")

    def clusters(self) -> list[dict[str, Any]]:
        """One row a cluster: size, share, dispersion, nearest, purity, prototype, typical members."""
        rows: list[dict[str, Any]] = self._json("clusters")["data"]
        return rows

    def curves(self) -> dict[str, Any]:
        """The series kept over the epochs, each an array."""
        return self._json("curves")

    def labels(self) -> NDArray[np.int64]:
        """(n,) cluster of each sample, −1 where it has none."""
        return self._array("labels")

    def soft(self) -> NDArray[np.float32]:
        """(n, k) soft assignments."""
        return self._array("soft")

    def embeddings(self) -> NDArray[np.float32]:
        """(n, d) embeddings."""
        return self._array("embeddings")

    def agreement(self) -> dict[str, Any]:
        """How alike the clusterings of a job are: `names`, and by pair `nmi`, `ari` and `vi` (nats)."""
        return self._json("agreement")

    def projection(self, kind: str = "pca") -> NDArray[np.float32]:
        """(n, 2) coordinates of every sample: `pca`, or the `heaviest` two dimensions of this clustering."""
        return self._array(f"projections/{kind}")

    def prototype(self, cluster: int) -> NDArray[np.float32]:
        """A cluster's prototype in the shape of a sample, where the method can decode one."""
        return self._array(f"clusters/{cluster}/prototype.npy")

    def save(self, path: str, to: str | Path, *, accept: str = "*/*") -> Path:
        """Stream a part of the result into a file: `labels` as `text/csv`, `gallery.png` …"""
        return self._transport.download(f"{self._path}/{path}", Path(to), params=self._params, accept=accept)

    def artifacts(self) -> list[dict[str, Any]]:
        """Every file of the job: name, size, digest; what the method shows beside its clusterings as well."""
        found: dict[str, Any] = self._transport.send(Call("GET", f"{self._job}/artifacts")).json()
        rows: list[dict[str, Any]] = found["data"]
        return rows

    def artifact(self, name: str, to: str | Path) -> Path:
        """Stream a file of the job into a file."""
        return self._transport.download(f"{self._job}/artifacts/{name}", Path(to), params={})

    def clustering(self, job: Mapping[str, Any]) -> Clustering:
        """Labels, and what else the method gives, in memory."""
        return Clustering(
            labels=self.labels(),
            soft=self._optional("soft"),
            embeddings=self._optional("embeddings"),
            metrics=self.summary().get("metrics") or {},
            job=dict(job),
        )

    def _optional(self, path: str) -> NDArray[np.float32] | None:
        try:
            return self._array(path)
        except (NotFoundError, ConflictError):
            return None

    def _json(self, path: str) -> dict[str, Any]:
        call = Call(
            "GET", f"{self._path}/{path}", params=self._params, headers={"Accept": "application/json"}
        )
        body: dict[str, Any] = self._transport.send(call).json()
        return body

    def _array(self, path: str) -> NDArray[Any]:
        call = Call("GET", f"{self._path}/{path}", params=self._params, headers={"Accept": NPY})
        array: NDArray[Any] = np.load(io.BytesIO(self._transport.send(call).content), allow_pickle=False)
        return array
