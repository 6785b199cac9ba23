"""Jobs: submit, look, change, delete."""

from functools import partial
from typing import Annotated, Literal

import structlog
from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api import job_views, paging, submissions
from api.answers import Json, etag
from api.auth import Caller, JobReader, JobWriter
from api.conditional import ExpectedVersion, KnownTags, not_modified, unchanged
from api.counting import Counts, counted
from api.deps import House, known_query
from api.idempotency import Idempotent, Reply, fingerprint, perform
from api.pools import standing
from api.prefer import WaitS, applied
from api.refusals import refusals
from api.resources import check_resources
from api.schemas.base import PageOut
from api.schemas.jobs import HEAVY, LIGHT, CheckedJob, JobCreate, JobOut, JobPatch, JobRow, job_out
from api.services import Services
from api.waiting import Watch, until
from clustering.params import PARAMS
from models import deletion, lifecycle, queries
from models.job import Job, JobState, Priority
from models.queries import JobFilters
from worker.bell import bell

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], dependencies=[Depends(known_query)])

log = structlog.get_logger()

SUBMITTING = refusals(
    "bad_request", "not_found", "dataset_rejected", "ambiguous_name", "invalid_submission", "unschedulable",
    "idempotency_key_reused", "unsupported_media_type", "body_too_large",
)  # fmt: skip
Fields = Annotated[str | None, Query(description="Comma-separated fields to show; `id` always is.")]


@router.post(
    "",
    status_code=202,
    response_model=JobOut,
    responses={
        200: {"model": CheckedJob, "description": "validate_only"},
        201: {"model": JobOut},
        **SUBMITTING,
    },
)
async def create_job(
    body: JobCreate,
    caller: JobWriter,
    services: House,
    once: Idempotent,
    wait_s: WaitS,
    validate_only: Annotated[bool, Query(description="Check the job and store nothing.")] = False,
) -> Response:
    """Queue a job.

    `POST /v1/jobs {"dataset": "digits", "spec": {"method": "dcn", "n_clusters": 10}}` answers 202 with
    the job and where to find it; with `Prefer: wait=n` it answers 201 if the job ends in time. With
    `"preset": "brb/dcn-mnist", "overrides": {"epochs": 100}` for the spec, a paper's experiment is run.
    """
    if validate_only:
        return Json(await to_thread.run_sync(counted, partial(_check, services, caller, body)))
    reply = await to_thread.run_sync(_submit, services, caller, body, once)
    return await answered(services, caller, reply, wait_s=wait_s)


async def answered(services: Services, caller: Caller, reply: Reply, *, wait_s: float) -> Response:
    """Ring for a new job, and answer: at once, or once it ends if the caller prefers to wait.

    A wait that fails is given up: the job is made, and a refusal would have it asked for, and paid, twice.
    """
    job_id = str(reply.body["id"])
    log.info("job.accepted", job_id=job_id, replayed=reply.replayed)
    for pool in reply.rings:
        bell.ring(pool)
    if not wait_s:
        return reply.answer()
    read = partial(job_views.read_job, services, caller.project_id, job_id)
    watch = Watch(job_id, read, lambda seen: seen.job.done)
    try:
        view = await until(services, caller.project_id, watch, wait_s)
    except Exception as problem:  # noqa: BLE001  whatever keeps us from waiting, the job is made
        log.warning("job.not_waited_for", job_id=job_id, problem=repr(problem)[:200])
        return reply.answer()
    headers = {"Location": reply.headers["Location"], **applied(wait_s)}
    return view.answer(201 if view.job.done else 202, headers=headers)


def _submit(services: Services, caller: Caller, body: JobCreate, once: Idempotent) -> Reply:
    project_id, same = caller.project_id, fingerprint(body.model_dump(mode="json"))

    def attempt(counts: Counts) -> Reply:
        def act(session: Session) -> Reply:
            asked = submissions.prepare(session, services, project_id, body, counts=counts)
            return accepted(session, lifecycle.submit(session, project_id, asked))

        return perform(services, project_id, once, same=same, act=act)

    return counted(attempt)


def accepted(session: Session, job: Job) -> Reply:
    """202 with a new job."""
    view = job_views.view(session, job)
    headers = {**view.headers(), "Location": f"/v1/jobs/{job.id}"}
    return Reply(202, view.job.model_dump(mode="json"), headers, rings=(job.pool,))


def _check(services: Services, caller: Caller, body: JobCreate, counts: Counts) -> CheckedJob:
    with services.database.read() as session:
        dataset = submissions.find_dataset(session, caller.project_id, body.dataset)
        pools = standing(session, services.settings)
        spec, found = submissions.checked_spec(session, services, dataset, body, counts=counts)
        check_resources(session, services.settings, body.resources, batch_norms=spec.has_batch_norms)
        return CheckedJob(
            spec=spec.model_dump(mode="json"),
            seed=body.seed,
            dataset=dataset.id,
            kind=spec.kind,
            pool=body.resources.pool,
            workers_online=sum(pool.workers_online for pool in pools if pool.name == body.resources.pool),
            problems=found,
        )


def _filters(
    common: paging.Filters,
    state: Annotated[str | None, Query(description="Comma-separated states.")] = None,
    method: Annotated[str | None, Query(description="Comma-separated methods.")] = None,
    kind: Annotated[Literal["cluster", "pretrain", "consensus", "predict"] | None, Query()] = None,
    preset: Annotated[str | None, Query(description="Name of a preset.")] = None,
    dataset: Annotated[str | None, Query(description="Id of a dataset.")] = None,
) -> JobFilters:
    states = paging.words(state, list(JobState), parameter="state")
    methods = paging.words(method, sorted(PARAMS), parameter="method")
    return JobFilters(
        states=sorted(states),
        methods=sorted(methods),
        kind=kind,
        preset=preset,
        dataset_id=dataset,
        **vars(common),
    )


def _shown(
    fields: Fields = None,
    include: Annotated[
        str | None, Query(description="Heavy fields to show: " + ", ".join(sorted(HEAVY)))
    ] = None,
) -> frozenset[str]:
    wanted = paging.words(fields, list(JobOut.model_fields), parameter="fields")
    heavy = paging.words(include, sorted(HEAVY), parameter="include")
    return (wanted or LIGHT) | heavy | {"id"}


@router.get("", response_model=PageOut[JobRow], responses=refusals("bad_request"))
def list_jobs(
    request: Request,
    caller: JobReader,
    services: House,
    *,
    page: paging.Paging,
    filters: Annotated[JobFilters, Depends(_filters)],
    shown: Annotated[frozenset[str], Depends(_shown)],
) -> Json:
    """The project's jobs, newest first, without their heavy fields unless `include` names them."""
    with services.database.read() as session:
        found = queries.list_jobs(session, caller.project_id, page, filters)
    rows = [job_out(job, None).model_dump(include=set(shown)) for job in found.rows]
    return paging.listing(request, rows, has_more=found.has_more, last=found.next, total=found.total)


@router.get(
    "/{job_id}", response_model=JobOut, responses={304: {"description": "Unchanged"}, **refusals("not_found")}
)
async def get_job(
    job_id: str, caller: JobReader, services: House, known: KnownTags, wait_s: WaitS, fields: Fields = None
) -> Response:
    """One job; with If-None-Match and `Prefer: wait=n` the answer comes when it changes."""
    shown = paging.words(fields, list(JobOut.model_fields), parameter="fields") or None
    read = partial(job_views.read_job, services, caller.project_id, job_id)
    if wait_s and known:
        watch = Watch(job_id, read, lambda seen: seen.job.done or not unchanged(known, seen.tag))
        view, heard = await until(services, caller.project_id, watch, wait_s), applied(wait_s)
    else:
        view, heard = await to_thread.run_sync(read), {}
    if unchanged(known, view.tag):
        answer = not_modified(view.tag)
        answer.headers.update({**view.headers(), **heard})
        return answer
    return view.answer(fields=shown, headers=heard)


@router.patch(
    "/{job_id}",
    response_model=JobOut,
    responses=refusals("not_found", "already_finished", "precondition_failed", "unsupported_media_type"),
)
def change_job(
    job_id: str, body: JobPatch, caller: JobWriter, services: House, version: ExpectedVersion
) -> Json:
    """Rename or relabel a job, or move it in the queue."""
    priority = Priority[body.priority.upper()] if body.priority else None
    with services.database.write() as session:
        lifecycle.edit(
            session, caller.project_id, job_id,
            name=body.name, labels=body.labels, priority=priority, version=version,
        )  # fmt: skip
        session.commit()
    return job_views.read_job(services, caller.project_id, job_id).answer()


@router.delete(
    "/{job_id}",
    status_code=202,
    response_model=JobOut,
    responses=refusals("not_found", "illegal_transition", "in_use", "precondition_failed"),
)
def delete_job(
    job_id: str,
    caller: JobWriter,
    services: House,
    version: ExpectedVersion,
    also: Annotated[
        Literal["models"] | None, Query(alias="with", description="`models`: its trained model, too.")
    ] = None,
) -> Json:
    """Delete a job that has ended, with its results; the files go soon after, a trained model stays."""
    with services.database.write() as session:
        with_models = also == "models"
        job = deletion.delete(session, caller.project_id, job_id, with_models=with_models, version=version)
        session.commit()
    return Json(job_out(job, None), 202, headers={"ETag": etag(job.version)})
