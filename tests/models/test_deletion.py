"""models.deletion: what goes, what stays, and when the bytes follow."""

from datetime import timedelta

import pytest

from models import Job, catalog, clock, deletion, fsck, lifecycle, queries
from models.attempt import Cause
from models.errors import IllegalTransition, InUse, NotFound, VersionConflict
from models.ids import new_id
from models.leases import AttemptOutcome
from tests.models import factories


def succeeded(session, store, *, model=True):
    """A job with labels and, maybe, a model, after an attempt that was lost."""
    factories.job(session)
    lost = factories.claim(session).lease
    factories.artifact(store, lost)
    lifecycle.release(session, lost, Cause.CRASH, AttemptOutcome())
    lease = factories.claim(session).lease
    store.put(f"jobs/{lease.job_id}/checkpoints/1.safetensors", b"weights")
    names = ["labels-0.parquet", *(["model.safetensors", "model.json"] if model else [])]
    files = [factories.artifact(store, lease, name) for name in names]
    return lifecycle.succeed(session, lease, factories.publication(files, model=model))


def sweep(session, store):
    """Remove all there is to remove now; returns how many objects went."""
    purges = deletion.purge(session, settle_s=-1)
    gone = sum(deletion.remove(store, purge) for purge in purges)
    for purge in purges:
        deletion.purged(session, purge)
    return gone


def test_only_an_ended_job_is_deleted_and_only_once(database, store):
    with database.write() as session:
        live = factories.job(session)
        with pytest.raises(IllegalTransition):
            deletion.delete(session, live.project_id, live.id)
        lifecycle.cancel(session, live.project_id, live.id)
        with pytest.raises(VersionConflict):
            deletion.delete(session, live.project_id, live.id, version=1)
        deletion.delete(session, live.project_id, live.id, version=live.version)
        with pytest.raises(NotFound):
            deletion.delete(session, live.project_id, live.id)


def test_a_deleted_job_is_out_of_sight_but_its_usage_stays(database, store):
    with database.write() as session:
        job = succeeded(session, store)
        deletion.delete(session, job.project_id, job.id)
        with pytest.raises(NotFound):
            queries.get_job(session, job.project_id, job.id)
        assert queries.list_jobs(session, job.project_id).rows == []
        assert session.get(Job, job.id).compute_s == job.compute_s


def test_after_success_only_what_is_pinned_is_kept(database, store):
    with database.write() as session:
        job = succeeded(session, store)
        assert len(list(store.list(f"jobs/{job.id}"))) == 5
        sweep(session, store)
        pinned = {file.key for file in queries.artifacts(session, job.project_id, job.id)}
        assert set(store.list(f"jobs/{job.id}")) == pinned
        assert sweep(session, store) == 0


@pytest.mark.parametrize("with_models", [False, True])
def test_a_model_outlives_its_job_unless_it_goes_too(database, store, with_models):
    with database.write() as session:
        job = succeeded(session, store)
        model = factories.model_of(session, job)
        deletion.delete(session, job.project_id, job.id, with_models=with_models)
        sweep(session, store)
        left = [key.rpartition("/")[2] for key in store.list(f"jobs/{job.id}")]
        if with_models:
            assert left == []
            with pytest.raises(NotFound):
                queries.get_model(session, job.project_id, model.id)
        else:
            assert sorted(left) == ["model.json", "model.safetensors"]
            assert len(queries.model_files(session, job.project_id, model.id)) == 2


def test_a_model_goes_alone_and_its_job_stays_whole(database, store):
    with database.write() as session:
        job = succeeded(session, store)
        sweep(session, store)
        model = factories.model_of(session, job)
        deletion.delete_model(session, job.project_id, model.id)
        session.commit()
        sweep(session, store)
        session.commit()
        assert [file.name for file in queries.artifacts(session, job.project_id, job.id)] == [
            "labels-0.parquet"
        ]
        assert [key.rpartition("/")[2] for key in store.list(f"jobs/{job.id}")] == ["labels-0.parquet"]
        with pytest.raises(NotFound):
            deletion.delete_model(session, job.project_id, model.id)
    with database.read() as session:
        assert [found for found in fsck.check(session, store) if found.invariant == "I4"] == []


@pytest.mark.parametrize("with_its_job", [False, True])
def test_a_model_that_a_live_job_starts_from_stays(database, store, with_its_job):
    with database.write() as session:
        job = succeeded(session, store)
        model = factories.model_of(session, job)
        user = factories.job(session, trained_model_id=model.id)

        def delete():
            if with_its_job:
                deletion.delete(session, job.project_id, job.id, with_models=True)
            else:
                deletion.delete_model(session, job.project_id, model.id)

        with pytest.raises(InUse) as refused:
            delete()
        assert refused.value.context["jobs"] == [user.id]
        lifecycle.cancel(session, user.project_id, user.id)
        delete()
        with pytest.raises(NotFound):
            queries.get_model(session, job.project_id, model.id)


def test_a_model_of_another_project_is_not_there(database, store):
    with database.write() as session:
        job = succeeded(session, store)
        model = factories.model_of(session, job)
        with pytest.raises(NotFound):
            deletion.delete_model(session, factories.project(session, "other").id, model.id)


def test_bytes_are_left_alone_until_nobody_can_be_writing(database, store):
    with database.write() as session:
        succeeded(session, store)
        assert deletion.purge(session, settle_s=3600) == []


def test_a_job_deleted_during_its_purge_is_purged_again(database, store):
    with database.write() as session:
        job = succeeded(session, store)
        purges = deletion.purge(session, settle_s=-1)
        deletion.delete(session, job.project_id, job.id, with_models=True)
        for purge in purges:
            deletion.remove(store, purge)
            deletion.purged(session, purge)
        sweep(session, store)
        assert list(store.list(f"jobs/{job.id}")) == []


def test_of_a_checked_dataset_only_the_canonical_files_stay(database, store):
    with database.write() as session:
        row = factories.dataset(session)
        for key in (row.upload_key, f"datasets/{row.id}/c0/x.npy", f"{row.prefix}/x.npy"):
            store.put(key, b"x")
        sweep(session, store)
        assert list(store.list(f"datasets/{row.id}")) == [f"{row.prefix}/x.npy"]
        assert not store.exists(row.upload_key)


def test_shared_files_go_with_the_last_dataset_that_shares_them(database, store):
    with database.write() as session:
        first = factories.dataset(session)
        store.put(f"{first.prefix}/x.npy", b"x")
        second, _ = catalog.register(session, first.project_id, factories.upload())
        claim = catalog.claim_ingest(session, worker="i", lease_s=60)
        store.put(f"datasets/{second.id}/c1/x.npy", b"x")
        same = factories.canonical(second.id, content_sha256=first.content_sha256)
        second = catalog.accept(session, claim, same)
        catalog.delete(session, first.project_id, first.id)
        sweep(session, store)
        assert list(store.list("datasets")) == [f"{first.prefix}/x.npy"]
        catalog.delete(session, first.project_id, second.id)
        sweep(session, store)
        assert list(store.list("datasets")) == []


def test_a_rejected_upload_leaves_no_bytes(database, store):
    with database.write() as session:
        lab = factories.project(session)
        row, _ = catalog.register(session, lab.id, factories.upload())
        store.put(row.upload_key, b"x")
        assert deletion.purge(session, settle_s=-1) == []
        catalog.reject(session, catalog.claim_ingest(session, worker="i", lease_s=60), {"code": "x"})
        assert sweep(session, store) == 1


def test_an_upload_that_became_no_dataset_in_a_day_is_abandoned(database):
    with database.write() as session:
        known = factories.dataset(session)
        now = clock.now(session)
        old, new = (f"uploads/{new_id('ds', at=now - timedelta(days=days))}" for days in (2, 0))
        keys = [old, new, known.upload_key, "uploads/readme"]
        assert deletion.abandoned_uploads(session, keys) == [old]
