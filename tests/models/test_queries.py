"""models.queries: pages, filters and whose rows they are."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from models import lifecycle, queries
from models.errors import NotFound
from models.listing import LARGEST_PAGE, Page
from models.queries import JobFilters
from tests.models import factories


@pytest.fixture
def seven(database):
    """A session with seven jobs of one project, oldest first, and one of another."""
    with database.write() as session:
        lab = factories.project(session)
        ready = factories.dataset(session, lab)
        factories.job(session, factories.project(session, "other"))
        yield session, lab, [factories.job(session, lab, on=ready, name=f"job {i}") for i in range(7)]


def ids(jobs):
    return [job.id for job in jobs]


def test_pages_walk_the_whole_list_newest_first(seven):
    session, lab, jobs = seven
    newest_first = sorted(ids(jobs), reverse=True)
    seen, page = [], Page(limit=3)
    while True:
        listing = queries.list_jobs(session, lab.id, page)
        seen += ids(listing.rows)
        if not listing.has_more:
            break
        page = Page(limit=3, after=listing.next)
    assert seen == newest_first
    assert listing.next is None


def test_pages_walk_back_and_the_other_way_round(seven):
    session, lab, jobs = seven
    newest_first = sorted(ids(jobs), reverse=True)
    back = queries.list_jobs(session, lab.id, Page(limit=2, before=newest_first[4]))
    assert (ids(back.rows), back.has_more, back.next) == (newest_first[2:4], True, newest_first[2])
    first = queries.list_jobs(session, lab.id, Page(limit=2, before=newest_first[2]))
    assert (ids(first.rows), first.has_more) == (newest_first[:2], False)
    upwards = queries.list_jobs(session, lab.id, Page(limit=2, order="asc", after=newest_first[6]))
    assert ids(upwards.rows) == [newest_first[5], newest_first[4]]
    downwards = queries.list_jobs(session, lab.id, Page(limit=2, order="asc", before=newest_first[0]))
    assert ids(downwards.rows) == [newest_first[2], newest_first[1]]


@pytest.mark.parametrize(("asked", "given"), [(-1, 1), (0, 1), (50, 50), (10_000, LARGEST_PAGE)])
def test_the_size_of_a_page_is_coerced(asked, given):
    assert Page(limit=asked).size == given


def test_filters_restrict_and_combine(seven):
    session, lab, jobs = seven
    lifecycle.cancel(session, lab.id, jobs[0].id)
    lifecycle.edit(session, lab.id, jobs[1].id, labels={"paper": "fig3", "k": "1"}, name="100%_done")
    other = factories.job(session, lab, method="dec", kind="pretrain")
    noon = jobs[3].created_at
    cases = [
        (JobFilters(states=["canceled"]), [jobs[0]]),
        (JobFilters(methods=["dec"]), [other]),
        (JobFilters(kind="pretrain", methods=["dcn"]), []),
        (JobFilters(dataset_id=other.dataset_id), [other]),
        (JobFilters(labels={"paper": "fig3"}), [jobs[1]]),
        (JobFilters(labels={"paper": "fig3", "k": "2"}), []),
        (JobFilters(name_contains="0%_D"), [jobs[1]]),
        (JobFilters(name_contains="%"), [jobs[1]]),
        (JobFilters(created_before=noon - timedelta(days=1)), []),
    ]
    for filters, expected in cases:
        found = queries.list_jobs(session, lab.id, None, filters).rows
        assert set(ids(found)) == set(ids(expected))
        assert queries.list_jobs(session, lab.id, Page(limit=1, count=True), filters).total == len(expected)
    recent = queries.list_jobs(session, lab.id, None, JobFilters(created_after=noon - timedelta(days=1)))
    assert len(recent.rows) == 8


def test_a_state_that_does_not_exist_is_refused(seven):
    session, lab, _ = seven
    with pytest.raises(ValueError, match="sleeping"):
        queries.list_jobs(session, lab.id, None, JobFilters(states=["sleeping"]))


def test_nothing_of_another_project_can_be_read(database, store):
    with database.write() as session:
        job, lease = factories.held(session)
        file = factories.artifact(store, lease)
        lifecycle.succeed(session, lease, factories.publication([file], model=True))
        model = factories.model_of(session, job)
        stranger = factories.project(session, "stranger").id
        reads = [
            lambda project: queries.get_job(session, project, job.id),
            lambda project: queries.attempts(session, project, job.id),
            lambda project: queries.metric_points(session, project, job.id),
            lambda project: queries.clusterings(session, project, job.id),
            lambda project: queries.clusters(session, project, job.id),
            lambda project: queries.artifacts(session, project, job.id),
            lambda project: queries.get_artifact(session, project, job.id, file.name),
            lambda project: queries.get_model(session, project, model.id),
            lambda project: queries.model_files(session, project, model.id),
        ]
        for read in reads:
            read(job.project_id)
            with pytest.raises(NotFound):
                read(stranger)
        assert queries.list_jobs(session, stranger).rows == []
        assert queries.list_models(session, stranger).rows == []
        assert ids(queries.list_models(session, job.project_id).rows) == [model.id]


def test_what_a_job_does_not_have_is_not_found(database):
    with database.write() as session:
        job = factories.job(session)
        assert queries.clusterings(session, job.project_id, job.id) == []
        for read in (queries.get_clustering, queries.clusters):
            with pytest.raises(NotFound):
                read(session, job.project_id, job.id)
        with pytest.raises(NotFound):
            queries.get_artifact(session, job.project_id, job.id, "labels-0.parquet")


def test_live_jobs_are_counted_by_pool_and_state(database):
    with database.write() as session:
        factories.job(session)
        factories.job(session, pool="gpu")
        factories.claim(session, pool="gpu")
        done = factories.job(session)
        lifecycle.cancel(session, done.project_id, done.id)
        assert queries.live_jobs_by_pool(session) == {"cpu": {"queued": 1}, "gpu": {"running": 1}}


def test_counting_live_jobs_reads_none_that_has_ended(sqlite_database):
    """Every submission counts them, while it holds up all other writes: the history must not matter."""
    asked = []
    event.listen(sqlite_database.engine, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
    with sqlite_database.read() as session:
        queries.live_jobs_by_pool(session)
        statement, values = asked[-1]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    steps = [step for *_, step in plan]
    assert any("SEARCH jobs" in step and "state=?" in step for step in steps), steps
