"""models.idempotency: one key, one effect."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from models import Job, clock, idempotency
from models.errors import IdempotencyKeyReused
from models.idempotency import Replay
from tests.models import factories

ROUTE = "POST /v1/jobs"


def test_an_answer_is_given_again_to_the_same_request_only(database):
    with database.write() as session:
        lab, other = factories.project(session), factories.project(session, "other")
        given = Replay(202, {"Location": "/v1/jobs/job_1"}, {"id": "job_1"})
        assert idempotency.recall(session, lab.id, ROUTE, "key", "a") is None
        idempotency.remember(session, lab.id, ROUTE, "key", fingerprint="a", replay=given)
        assert idempotency.recall(session, lab.id, ROUTE, "key", "a") == given
        assert idempotency.recall(session, lab.id, "POST /v1/datasets", "key", "a") is None
        assert idempotency.recall(session, other.id, ROUTE, "key", "a") is None
        with pytest.raises(IdempotencyKeyReused):
            idempotency.recall(session, lab.id, ROUTE, "key", "b")


def test_an_answer_that_is_not_committed_was_never_given(database):
    with database.write() as session:
        lab = factories.project(session)
        session.commit()
        idempotency.remember(session, lab.id, ROUTE, "key", fingerprint="a", replay=Replay(202))
        session.rollback()
        assert idempotency.recall(session, lab.id, ROUTE, "key", "a") is None


def test_old_answers_are_forgotten(database):
    with database.write() as session:
        lab = factories.project(session)
        idempotency.remember(session, lab.id, ROUTE, "key", fingerprint="a", replay=Replay(202))
        now = clock.now(session)
        assert idempotency.trim(session, before=now - timedelta(days=1)) == 0
        assert idempotency.trim(session, before=now + timedelta(seconds=1)) == 1


def test_sixteen_requests_with_one_key_make_one_job(database):
    with database.write() as session:
        lab = factories.project(session)
        ready = factories.dataset(session, lab)
        session.commit()

    def request(_):
        with database.write() as session:
            if known := idempotency.recall(session, lab.id, ROUTE, "key", "a"):
                return known.body["id"]
            try:
                job = factories.job(session, lab, on=ready)
                answer = Replay(202, {}, {"id": job.id})
                idempotency.remember(session, lab.id, ROUTE, "key", fingerprint="a", replay=answer)
                session.commit()
                return job.id
            except IntegrityError:
                session.rollback()
                return idempotency.recall(session, lab.id, ROUTE, "key", "a").body["id"]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(request, range(16)))
    assert len(set(answers)) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1
