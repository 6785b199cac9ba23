"""models.usage: compute seconds that fade."""

from datetime import UTC, datetime, timedelta

import pytest

from models import Attempt, clock, lifecycle, usage
from models.capacity import Capacity
from models.fsck import charges
from tests.models import factories

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_a_week_halves_what_was_used():
    charged = 100 * usage.weight_at(NOW)
    assert usage.decayed_s(charged, at=NOW) == pytest.approx(100)
    assert usage.decayed_s(charged, at=NOW + timedelta(days=7)) == pytest.approx(50)
    assert usage.decayed_s(charged, at=NOW + timedelta(days=21)) == pytest.approx(12.5)


def test_the_sum_is_that_of_decaying_each_charge():
    charges = {NOW - timedelta(days=days): 10.0 * days for days in range(1, 30)}
    forward = sum(seconds * usage.weight_at(at) for at, seconds in charges.items())
    backward = sum(seconds * 0.5 ** ((NOW - at) / timedelta(days=7)) for at, seconds in charges.items())
    assert usage.decayed_s(forward, at=NOW) == pytest.approx(backward)


def test_charges_add_up_and_are_never_negative(database):
    with database.write() as session:
        lab = factories.project(session)
        for seconds in (10.0, 5.0, -20.0):
            usage.charge(session, lab.id, device_s=seconds, at=NOW)
        session.refresh(lab)
        assert usage.decayed_s(lab.usage, at=NOW) == pytest.approx(15)


def test_what_runs_is_owed_as_if_it_ended_now(database):
    with database.write() as session:
        lab, idle = factories.project(session, "lab"), factories.project(session, "idle")
        for seconds in (10.0, 30.0):
            factories.job(session, lab)
            job = factories.claim(session).job
            session.get(Attempt, (job.id, 1)).started_at = NOW - timedelta(seconds=seconds)
        session.flush()
        owed = usage.running(session, at=NOW)
        assert usage.decayed_s(owed[lab.id], at=NOW) == pytest.approx(40)
        assert idle.id not in owed
        claimed = lifecycle.Lease(job.id, 1, job.lease_token)
        lifecycle.succeed(session, claimed, factories.publication())
        assert usage.decayed_s(usage.running(session, at=NOW)[lab.id], at=NOW) == pytest.approx(10)


def test_each_device_of_a_job_counts_while_it_runs_and_once_it_has_ended(database):
    with database.write() as session:
        lab = factories.project(session)
        factories.job(session, lab, devices=3)
        claim = factories.claim(session, capacity=Capacity(3))
        attempt = session.get(Attempt, (claim.job.id, 1))
        attempt.started_at -= timedelta(seconds=100)
        session.flush()
        now = clock.now(session)
        assert usage.decayed_s(usage.running(session, at=now)[lab.id], at=now) == pytest.approx(300, abs=6)
        lifecycle.succeed(session, claim.lease, factories.publication())
        session.refresh(lab)
        session.refresh(attempt)
        assert claim.job.compute_s == pytest.approx(100, abs=2)
        assert usage.decayed_s(lab.usage, at=attempt.ended_at) == pytest.approx(3 * claim.job.compute_s)
        assert list(charges.check(session)) == []


def test_weights_stay_finite_for_nineteen_years():
    assert usage.weight_at(usage.LANDMARK + timedelta(days=365 * 19)) < float("inf")
