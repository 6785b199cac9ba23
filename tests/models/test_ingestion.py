"""models.ingestion: checking an upload under a lease."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from models import DatasetState, catalog, events
from models.errors import StaleLease
from models.ingestion import TRIES
from tests.models import factories


def waiting(session, **fields):
    lab = factories.project(session)
    row, _ = catalog.register(session, lab.id, factories.upload(**fields))
    return row


def claim(session, lease_s=60):
    return catalog.claim_ingest(session, worker="ingest", lease_s=lease_s)


def test_the_dataset_that_waited_longest_is_checked_first_and_by_one_worker(database):
    with database.write() as session:
        rows = [waiting(session), waiting(session)]
        assert [claim(session).dataset.id, claim(session).dataset.id] == [row.id for row in rows]
        assert claim(session) is None


def test_an_accepted_dataset_is_ready_and_says_what_it_is(database):
    with database.write() as session:
        row = waiting(session)
        taken = claim(session)
        given = factories.canonical(row.id, label_columns=["y"], has_ids=True, report={"nan": 0})
        ready = catalog.accept(session, taken, given)
        assert (ready.state, ready.n, ready.shape, ready.label_columns) == (
            DatasetState.READY,
            100,
            [4],
            ["y"],
        )
        assert (ready.lease_token, ready.duplicate_of, ready.version) == (None, None, 2)
        assert events.after(session, row.project_id, 1)[-1].type == "dataset.ready"
        with pytest.raises(StaleLease):
            catalog.accept(session, taken, given)


def test_equal_content_shares_its_files(database):
    with database.write() as session:
        first = factories.dataset(session)
        rows = []
        for _ in range(2):
            row = waiting(session)
            same = factories.canonical(row.id, content_sha256=first.content_sha256)
            rows.append(catalog.accept(session, claim(session), same))
        assert [(row.prefix, row.duplicate_of) for row in rows] == [(first.prefix, first.id)] * 2


def test_equal_content_checked_at_one_time_shares_its_files(database):
    with database.write() as session:
        for _ in range(2):
            waiting(session)
        claims = [claim(session), claim(session)]
        session.commit()
    together = threading.Barrier(2)

    def accept(taken):
        given = factories.canonical(taken.dataset.id, content_sha256="same")
        together.wait()
        with database.write() as session:
            row = catalog.accept(session, taken, given)
            time.sleep(0.2)
            session.commit()
            return row.duplicate_of

    with ThreadPoolExecutor(2) as pool:
        shared = list(pool.map(accept, claims))
    assert shared.count(None) == 1


def test_equal_content_of_another_project_is_not_shared(database):
    with database.write() as session:
        foreign = factories.dataset(session, factories.project(session, "other"))
        row = waiting(session)
        same = factories.canonical(row.id, content_sha256=foreign.content_sha256)
        assert catalog.accept(session, claim(session), same).duplicate_of is None


def test_a_rejected_dataset_says_why(database):
    with database.write() as session:
        row = waiting(session)
        error = {"code": "not_finite", "detail": "NaN", "met": 3, "accepted": "finite numbers"}
        rejected = catalog.reject(session, claim(session), error)
        assert (rejected.state, rejected.error) == (DatasetState.REJECTED, error)
        assert events.after(session, row.project_id, 1)[-1].data["code"] == "not_finite"


def test_a_checker_whose_lease_expired_can_write_nothing(database):
    with database.write() as session:
        waiting(session)
        lost = claim(session, lease_s=-1)
        assert len(catalog.expire_ingests(session)) == 1
        current = claim(session)
        session.commit()
        for write in (
            lambda: catalog.accept(session, lost, factories.canonical(lost.dataset.id)),
            lambda: catalog.reject(session, lost, {"code": "x"}),
            lambda: catalog.renew_ingest(session, lost, lease_s=60),
            lambda: catalog.release_ingest(session, lost, charged=True),
        ):
            with pytest.raises(StaleLease):
                write()
            session.rollback()
        catalog.renew_ingest(session, current, lease_s=60)
        assert catalog.expire_ingests(session) == []


def test_an_upload_that_kills_its_readers_is_rejected_in_the_end(database):
    with database.write() as session:
        row = waiting(session)
        for _ in range(TRIES):
            catalog.release_ingest(session, claim(session), charged=True)
        assert (row.state, row.error["code"]) == (DatasetState.REJECTED, "ingest_crashed")


def test_draining_costs_no_try(database):
    with database.write() as session:
        row = waiting(session)
        for _ in range(TRIES + 2):
            catalog.release_ingest(session, claim(session), charged=False)
        assert (row.state, row.attempts) == (DatasetState.VALIDATING, 0)


def test_a_dataset_deleted_while_it_is_checked_stays_deleted(database):
    with database.write() as session:
        row = waiting(session)
        taken = claim(session)
        catalog.delete(session, row.project_id, row.id)
        with pytest.raises(StaleLease):
            catalog.accept(session, taken, factories.canonical(row.id))
