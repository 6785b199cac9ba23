"""The Python client: datasets and jobs of one Facet server."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from numpy.typing import ArrayLike

from facet.errors import DatasetRejectedError, JobEndedError, WaitTimeoutError
from facet.results import Clustering, Result
from facet.transport import Call, Transport
from facet.uploads import packed, parts

DEFAULT_URL = "http://127.0.0.1:8000"
LONG_POLL_S = 20
Object = dict[str, Any]
Watcher = Callable[[Object], None]


class Client:
    """A session with one server, for one project.

    Args:
        url: address of the server; `FACET_URL`, else http://127.0.0.1:8000.
        api_key: the key; `FACET_API_KEY`, else none (a server on loopback asks for none).
        timeout: seconds without a byte after which an attempt is given up.
    """

    def __init__(self, url: str | None = None, api_key: str | None = None, timeout: float = 60.0) -> None:
        self._transport = Transport(
            url or os.environ.get("FACET_URL") or DEFAULT_URL,
            api_key or os.environ.get("FACET_API_KEY"),
            timeout,
        )

    @property
    def url(self) -> str:
        """Address of the server."""
        return self._transport.url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def upload(
        self,
        source: str | Path | ArrayLike,
        *,
        name: str | None = None,
        labels: ArrayLike | Mapping[str, ArrayLike] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Object:
        """Send a dataset; it comes back `validating`, `wait_dataset` says when it is ready.

        Args:
            source: a file (npy, npz, csv, parquet, zip of images), streamed as it is, or samples (n, ...).
            name: the dataset's name; by default the file's.
            labels: true labels (n,) of an array, or columns by name; for evaluation, never for training.
            options: how the file is to be read, such as `{"resize": [28, 28]}`.
        """
        if isinstance(source, str | Path):
            return self._upload(Path(source), name or Path(source).stem, options)
        with packed(source, labels) as path:
            return self._upload(path, name or "samples", options)

    def dataset(self, dataset: str) -> Object:
        """A dataset by id or unique name."""
        return self._get(f"/v1/datasets/{dataset}")

    def datasets(self, **filters: str) -> Iterator[Object]:
        """Every dataset, newest first."""
        return self._pages("/v1/datasets", filters)

    def delete_dataset(self, dataset: str) -> None:
        """Delete a dataset that no live job uses."""
        self._transport.send(Call("DELETE", f"/v1/datasets/{dataset}"))

    def wait_dataset(self, dataset: str, *, timeout: float | None = None) -> Object:
        """Wait until a dataset is ready.

        Raises:
            DatasetRejectedError: its content was refused.
            WaitTimeoutError: `timeout` seconds passed first.
        """
        for seen in self._versions(f"/v1/datasets/{dataset}", timeout):
            if seen["state"] == "rejected":
                raise DatasetRejectedError(seen)
            if seen["state"] == "ready":
                return seen
        raise WaitTimeoutError(f"{dataset} is not ready after {timeout} s")

    def methods(self) -> list[Object]:
        """Every method with its citation, parameters and what it supports."""
        return list(self._pages("/v1/methods", {}))

    def method(self, name: str) -> Object:
        """One method and the JSON schema of its parameters."""
        return self._get(f"/v1/methods/{name}")

    def presets(self, **filters: str) -> list[Object]:
        """Every preset with its spec and the paper's figure; filters such as `method="dcn"`."""
        return list(self._pages("/v1/presets", filters))

    def preset(self, name: str) -> Object:
        """One preset, such as `brb/dcn-cifar10`."""
        return self._get(f"/v1/presets/{name}")

    def submit(
        self,
        dataset: str,
        spec: Mapping[str, Any] | None = None,
        *,
        seed: int = 0,
        **fields: Mapping[str, Any] | str | None,
    ) -> Object:
        """Queue a job.

        Args:
            dataset: id or unique name.
            spec: `{"method": "dcn", "n_clusters": 10, …}`, unless a preset stands for it.
            seed: same seed, same labels.
            fields: the job's other fields: `name`, `labels`, `outputs`, `resources`, `scheduling`; and in
                place of a spec `preset="brb/dcn-mnist"`, with `overrides={"epochs": 100}` for what differs.
        """
        given = {key: value for key, value in {"spec": spec, **fields}.items() if value is not None}
        body = {"dataset": dataset, "seed": seed, **given}
        job: Object = self._transport.send(Call("POST", "/v1/jobs", json=body)).json()
        return job

    def predict(self, model: str, dataset: str, **fields: Mapping[str, Any] | str) -> Object:
        """Queue a job that assigns the samples of a dataset to the clusters of a trained model.

        Args:
            model: id.
            dataset: id or unique name, of samples like those that the model was fitted to.
            fields: the job's other fields: `name`, `labels`, `outputs`, `resources`, `scheduling`.
        """
        call = Call("POST", f"/v1/models/{model}/predictions", json={"dataset": dataset, **fields})
        job: Object = self._transport.send(call).json()
        return job

    def job(self, job_id: str) -> Object:
        """A job."""
        return self._get(f"/v1/jobs/{job_id}")

    def jobs(self, **filters: str) -> Iterator[Object]:
        """Jobs, newest first; filters such as `state="running,queued"` or `method="dcn"`."""
        return self._pages("/v1/jobs", filters)

    def wait(self, job_id: str, *, progress: Watcher | None = None, timeout: float | None = None) -> Object:
        """Wait until a job has ended, in whatever state.

        Args:
            job_id: the job.
            progress: called with the job whenever it has changed.
            timeout: seconds.

        Raises:
            WaitTimeoutError: `timeout` seconds passed first; the job goes on.
        """
        for job in self._versions(f"/v1/jobs/{job_id}", timeout):
            if progress:
                progress(job)
            if job["done"]:
                return job
        raise WaitTimeoutError(f"{job_id} has not ended after {timeout} s")

    def cancel(self, job_id: str) -> Object:
        """Ask a job to stop; it may still be `canceling` in the answer."""
        return self.act(job_id, "cancel")

    def act(self, job_id: str, verb: str) -> Object:
        """`cancel`, `pause`, `resume` or `retry` a job."""
        job: Object = self._transport.send(Call("POST", f"/v1/jobs/{job_id}/{verb}")).json()
        return job

    def delete_job(self, job_id: str) -> None:
        """Delete an ended job and its result."""
        self._transport.send(Call("DELETE", f"/v1/jobs/{job_id}"))

    def result(self, job_id: str, *, clustering: int = 0) -> Result:
        """The result of a succeeded job."""
        return Result(self._transport, job_id, clustering=clustering)

    def cluster(
        self,
        x: ArrayLike,
        *,
        method: str = "dcn",
        n_clusters: int | Sequence[int],
        seed: int = 0,
        params: Mapping[str, Any] | None = None,
    ) -> Clustering:
        """Upload samples (n, ...), cluster them, and bring the result back; of several clusterings the main.

        Raises:
            DatasetRejectedError: the samples were refused.
            JobEndedError: the job did not succeed.
        """
        dataset = self.wait_dataset(self.upload(x)["id"])
        spec = {"method": method, "n_clusters": n_clusters, **(params or {})}
        job = self.wait(self.submit(dataset["id"], spec, seed=seed)["id"])
        if job["state"] != "succeeded":
            raise JobEndedError(job)
        return self.result(job["id"]).clustering(job)

    def _upload(self, path: Path, name: str, options: Mapping[str, Any] | None) -> Object:
        meta = {"name": name, **({"options": dict(options)} if options else {})}
        call = Call("POST", "/v1/datasets", body=lambda: parts(path, meta))
        dataset: Object = self._transport.send(call).json()
        return dataset

    def _get(self, path: str) -> Object:
        found: Object = self._transport.send(Call("GET", path)).json()
        return found

    def _versions(self, path: str, timeout: float | None) -> Iterator[Object]:
        """Each version of an object as it appears, by long poll; ends when the time is up."""
        deadline = None if timeout is None else time.monotonic() + timeout
        etag = None
        while deadline is None or time.monotonic() < deadline:
            left = (
                LONG_POLL_S
                if deadline is None
                else max(1, min(LONG_POLL_S, round(deadline - time.monotonic())))
            )
            headers: dict[str, str] = {"If-None-Match": etag, "Prefer": f"wait={left}"} if etag else {}
            response = self._transport.send(Call("GET", path, headers=headers, wait_s=left))
            if response.status_code == 304:
                continue
            etag = response.headers.get("ETag")
            yield response.json()
            if etag is None:
                time.sleep(1.0)

    def _pages(self, path: str, filters: Mapping[str, str]) -> Iterator[Object]:
        page = self._transport.send(Call("GET", path, params=filters)).json()
        yield from page["data"]
        while page.get("next"):
            split = urlsplit(page["next"])
            page = self._transport.send(Call("GET", f"{split.path}?{split.query}")).json()
            yield from page["data"]
