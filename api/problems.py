"""Every refusal the service can answer with: the one table from code to status."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """What a problem code means on the wire; `retry_after_s` says when the same request may succeed."""

    status: int
    title: str
    retry_after_s: int | None = None


RULES: dict[str, Rule] = {
    "bad_request": Rule(400, "The request cannot be understood"),
    "unknown_parameter": Rule(400, "The query names a parameter that this route does not have"),
    "unauthenticated": Rule(401, "A valid API key is needed"),
    "forbidden": Rule(403, "The API key lacks a scope"),
    "cross_origin": Rule(403, "Web pages of other origins may not call a service without keys"),
    "not_found": Rule(404, "No such resource in this project"),
    "method_not_allowed": Rule(405, "The resource does not have this method"),
    "not_acceptable": Rule(406, "The resource does not come in this format"),
    "already_finished": Rule(409, "The job has finished"),
    "illegal_transition": Rule(409, "The job's state does not allow this"),
    "stale_lease": Rule(409, "The job is held by another worker"),
    "ambiguous_name": Rule(409, "The name matches several resources"),
    "in_use": Rule(409, "The resource is in use"),
    "dataset_not_ready": Rule(409, "The dataset is not ready", 2),
    "dataset_rejected": Rule(409, "The dataset was rejected"),
    "not_images": Rule(409, "The dataset does not hold images"),
    "result_not_ready": Rule(409, "The job has no result yet", 2),
    "no_result": Rule(409, "The job ended without a result"),
    "gap": Rule(410, "Events before this point are no longer kept"),
    "precondition_failed": Rule(412, "The resource has changed since the given version"),
    "body_too_large": Rule(413, "The body exceeds the limit"),
    "unsupported_media_type": Rule(415, "The body's format is not accepted"),
    "range_not_satisfiable": Rule(416, "The file has no such range"),
    "invalid_request": Rule(422, "The request is not valid"),
    "invalid_submission": Rule(422, "The job cannot be run as asked"),
    "invalid_upload": Rule(422, "The upload is not a dataset"),
    "unschedulable": Rule(422, "No worker can ever run this job"),
    "idempotency_key_reused": Rule(422, "The Idempotency-Key was used for another request"),
    "internal": Rule(500, "The service failed"),
    "database_unavailable": Rule(503, "The database does not answer", 1),
    "store_unavailable": Rule(503, "The file store does not answer", 2),
    "too_many_waiting": Rule(503, "Too many requests are waiting for events", 5),
    "storage_full": Rule(507, "The file store is full"),
    "invalid_key": Rule(500, "The service failed"),
}

JOB_CODES: dict[str, str] = {
    "invalid_data": "The dataset does not suit the method",
    "diverged": "The loss stopped being finite",
    "collapsed_embedding": "The embeddings became too much alike for the clusters",
    "checkpoint_refused": "The checkpoint is of another fit",
    "unsupported": "The method cannot do what was asked on this data",
    "too_large": "The job would need more memory than it is allowed",
    "out_of_gpu_memory": "The job needed more GPU memory than the worker has",
    "out_of_memory": "The job needed more memory than the worker has",
    "worker_crashed": "The job's process died too often",
    "timeout": "The job ran longer than max_duration_s",
    "storage_full": "The file store is full",
    "internal": "The service failed",
}
