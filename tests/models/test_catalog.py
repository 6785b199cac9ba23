"""models.catalog: registering, finding, editing and deleting datasets."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from models import DatasetState, catalog, events, lifecycle
from models.errors import Ambiguous, InUse, NotFound, VersionConflict
from models.listing import Page
from tests.models import factories


def test_an_upload_becomes_a_dataset_that_waits_to_be_checked(database):
    with database.write() as session:
        lab = factories.project(session)
        upload = factories.upload(options={"kind": "images"}, labels={"lab": "vision"})
        row, created = catalog.register(session, lab.id, upload)
        assert created
        assert (row.id, row.state, row.options, row.labels) == (
            upload.id,
            DatasetState.VALIDATING,
            {"kind": "images"},
            {"lab": "vision"},
        )
        assert [event.dataset_id for event in events.after(session, lab.id, 0)] == [row.id]


def test_the_same_upload_with_the_same_options_is_the_same_dataset(database):
    with database.write() as session:
        lab, other = factories.project(session), factories.project(session, "other")
        same = {"upload_sha256": "5a", "options": {"a": 1, "b": 2}}
        first, _ = catalog.register(session, lab.id, factories.upload(**same))
        again = {**same, "options": {"b": 2, "a": 1}}
        assert catalog.register(session, lab.id, factories.upload(**again)) == (first, False)
        for owner, changed in ((lab, {"options": {}}), (lab, {"format": "csv"}), (other, {})):
            _, created = catalog.register(session, owner.id, factories.upload(**{**same, **changed}))
            assert created


def test_an_upload_that_was_rejected_or_deleted_may_be_tried_again(database):
    with database.write() as session:
        lab = factories.project(session)
        catalog.register(session, lab.id, factories.upload(upload_sha256="5a"))
        claim = catalog.claim_ingest(session, worker="i", lease_s=60)
        catalog.reject(session, claim, {"code": "x"})
        second, created = catalog.register(session, lab.id, factories.upload(upload_sha256="5a"))
        assert created
        catalog.delete(session, lab.id, second.id)
        assert catalog.register(session, lab.id, factories.upload(upload_sha256="5a"))[1]


def test_one_upload_sent_eight_times_at_once_is_one_dataset(database):
    with database.write() as session:
        lab = factories.project(session)
        session.commit()

    def send(_):
        with database.write() as session:
            row, _ = catalog.register(session, lab.id, factories.upload(upload_sha256="5a"))
            session.commit()
            return row.id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(send, range(8)))) == 1


def test_a_dataset_is_found_by_id_or_by_a_name_of_its_own(database):
    with database.write() as session:
        lab, other = factories.project(session), factories.project(session, "other")
        mine, foreign = factories.dataset(session, lab), factories.dataset(session, other)
        assert catalog.find(session, lab.id, mine.id) is mine
        assert catalog.find(session, lab.id, "digits") is mine
        for missing in ("nothing", foreign.id, "ds_x"):
            with pytest.raises(NotFound):
                catalog.find(session, lab.id, missing)
        twin = factories.dataset(session, lab)
        with pytest.raises(Ambiguous) as refused:
            catalog.find(session, lab.id, "digits")
        assert set(refused.value.context["accepted"]) == {mine.id, twin.id}
        catalog.delete(session, lab.id, twin.id)
        assert catalog.find(session, lab.id, "digits") is mine


def test_a_rejected_dataset_is_found_by_name_until_another_bears_it(database):
    with database.write() as session:
        project = factories.project(session)
        bad, _ = catalog.register(session, project.id, factories.upload())
        claim = catalog.claim_ingest(session, worker="ingest", lease_s=60)
        catalog.reject(session, claim, {"code": "invalid_data"})
        assert catalog.find(session, project.id, "digits") is bad
        good = factories.dataset(session, project)
        assert catalog.find(session, project.id, "digits") is good


def test_an_edit_changes_only_what_is_given_and_only_at_the_version_seen(database):
    with database.write() as session:
        row = factories.dataset(session)
        version = row.version
        edited = catalog.edit(session, row.project_id, row.id, name="mnist", version=version)
        assert (edited.name, edited.labels, edited.version) == ("mnist", {}, version + 1)
        assert catalog.edit(session, row.project_id, row.id, labels={"a": "b"}).name == "mnist"
        with pytest.raises(VersionConflict) as refused:
            catalog.edit(session, row.project_id, row.id, name="x", version=version)
        assert refused.value.context == {"met": version, "accepted": version + 2}
        with pytest.raises(VersionConflict):
            catalog.delete(session, row.project_id, row.id, version=version)


def test_a_dataset_that_live_jobs_need_is_not_deleted(database):
    with database.write() as session:
        job = factories.job(session)
        with pytest.raises(InUse) as refused:
            catalog.delete(session, job.project_id, job.dataset_id)
        assert refused.value.context["met"] == [job.id]
        lifecycle.cancel(session, job.project_id, job.id)
        assert catalog.delete(session, job.project_id, job.dataset_id).state is DatasetState.DELETED
        with pytest.raises(NotFound):
            catalog.delete(session, job.project_id, job.dataset_id)


def test_lists_show_a_project_its_own_kept_datasets(database):
    with database.write() as session:
        lab, other = factories.project(session), factories.project(session, "other")
        rows = [factories.dataset(session, lab, name=name) for name in ("mnist 100%", "digits", "usps")]
        factories.dataset(session, other)
        catalog.delete(session, lab.id, rows[2].id)
        catalog.edit(session, lab.id, rows[0].id, labels={"paper": "fig3"})
        listed = catalog.list_datasets(session, lab.id)
        assert {row.id for row in listed.rows} == {rows[0].id, rows[1].id}
        for filters in ({"name_contains": "100%"}, {"labels": {"paper": "fig3"}}):
            found = catalog.list_datasets(session, lab.id, Page(), catalog.DatasetFilters(**filters))
            assert found.rows == [rows[0]]
        for filters, count in (
            ({"states": ["validating"]}, 0),
            ({"kind": "vectors", "states": ["ready"]}, 2),
        ):
            found = catalog.list_datasets(session, lab.id, Page(), catalog.DatasetFilters(**filters))
            assert len(found.rows) == count
