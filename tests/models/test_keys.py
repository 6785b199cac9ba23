"""models.keys: tokens, once shown and never stored."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from models import clock, keys
from models.errors import InvalidSubmission, NotFound
from tests.models import factories


def make(session, **fields):
    lab = factories.project(session)
    return keys.create(session, lab.id, **({"name": "ci", "scopes": ["jobs:read"]} | fields))


def test_a_token_is_known_again_and_its_secret_is_nowhere_in_the_database(database):
    with database.write() as session:
        key, token = make(session)
        session.commit()
        assert keys.verify(session, token).id == key.id
        assert token.startswith(f"fct_live_{key.id.removeprefix('key_')}_")
        secret = token.split("_", 3)[3]
        row = session.execute(text("SELECT * FROM api_keys")).one()
        assert secret not in str(row)
        assert len(secret) == 43


def test_any_other_token_is_unknown(database):
    with database.write() as session:
        _, token = make(session)
        _, other = make(session)
        wrong_secret = token[:36] + other[36:]
        wrong_end = token[:-1] + ("A" if token[-1] != "A" else "B")
        for text_ in ("", "x", wrong_secret, wrong_end, token + "x", token.lower(), f" {token}", token[:-1]):
            assert keys.verify(session, text_) is None


def test_a_revoked_key_is_dead_for_ever(database):
    with database.write() as session:
        key, token = make(session)
        revoked = keys.revoke(session, key.project_id, key.id).revoked_at
        assert keys.verify(session, token) is None
        assert keys.revoke(session, key.project_id, key.id).revoked_at == revoked
        with pytest.raises(NotFound):
            keys.revoke(session, factories.project(session, "other").id, key.id)


def test_a_key_dies_when_it_expires(database):
    with database.write() as session:
        now = clock.now(session)
        _, live = make(session, expires_at=now + timedelta(hours=1))
        _, dead = make(session, expires_at=now)
        assert keys.verify(session, live) is not None
        assert keys.verify(session, dead) is None


def test_scopes_are_those_that_exist(database):
    with database.write() as session:
        key, _ = make(session, scopes=["jobs:write", "jobs:read", "jobs:read"])
        assert key.scopes == ["jobs:read", "jobs:write"]
        with pytest.raises(InvalidSubmission) as refused:
            make(session, scopes=["jobs:destroy"])
        assert refused.value.code == "unknown_scope"


def test_whether_any_key_works_is_known(database):
    with database.write() as session:
        assert not keys.any_live(session)
        key, _ = make(session)
        assert keys.any_live(session)
        keys.revoke(session, key.project_id, key.id)
        make(session, expires_at=clock.now(session))
        assert not keys.any_live(session)
        assert len(keys.list_keys(session, key.project_id)) == 2


def test_use_is_noted_to_the_minute(database):
    with database.write() as session:
        key, token = make(session)
        assert keys.note_use(session, key)
        again = keys.verify(session, token)
        assert again.last_used_at is not None
        assert not keys.note_use(session, again)
