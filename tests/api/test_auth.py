from datetime import UTC, datetime, timedelta

import pytest

from models import keys


@pytest.fixture
def guarded(make_client):
    """The service as other machines see it: every caller needs a key."""
    return make_client(require_key="always")


def test_on_loopback_a_caller_without_a_key_is_the_default_project(client, key_of):
    me = client.get("/v1/me").json()
    assert me["key"] is None
    assert me["project"] == client.get("/v1/me", headers=key_of("default")).json()["project"]


def test_elsewhere_a_key_is_needed(guarded, key_of):
    answer = guarded.get("/v1/jobs")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert guarded.get("/v1/jobs", headers=key_of()).status_code == 200


@pytest.mark.parametrize("token", ["fct_live_x_y", "", "Basic abc", "fct_live_" + "0" * 26 + "_" + "a" * 43])
def test_an_unknown_key_is_refused_even_on_loopback(client, token):
    answer = client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401 or token == ""


def test_expired_and_revoked_keys_are_refused(client, db, key_of):
    expired = key_of(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert client.get("/v1/me", headers=expired).status_code == 401
    header = key_of()
    me = client.get("/v1/me", headers=header).json()
    with db.write() as session:
        keys.revoke(session, me["project"], me["key"])
        session.commit()
    assert client.get("/v1/me", headers=header).status_code == 401


def test_a_key_without_the_scope_is_403(client, key_of):
    reader = key_of(scopes=["jobs:read"])
    assert client.get("/v1/jobs", headers=reader).status_code == 200
    answer = client.post("/v1/jobs/job_1/cancel", headers=reader)
    assert answer.status_code == 403
    assert answer.json()["needed"] == "jobs:write"
    assert client.get("/v1/datasets", headers=reader).status_code == 403
    assert client.get("/v1/keys", headers=reader).status_code == 403
    assert client.get("/metrics", headers=reader).status_code == 403


def test_admin_may_do_everything_in_its_project(client, key_of):
    admin = key_of(scopes=["admin"])
    assert client.get("/v1/datasets", headers=admin).status_code == 200
    assert client.get("/v1/keys", headers=admin).json()["data"][0]["scopes"] == ["admin"]


def test_keys_are_listed_without_their_secrets(client, key_of):
    token = key_of()["Authorization"].removeprefix("Bearer ")
    text = client.get("/v1/keys").text
    assert token.split("_", 3)[3] not in text
    assert "secret" not in text


def test_a_page_of_another_origin_cannot_use_a_keyless_service(client):
    answer = client.post("/v1/jobs", headers={"Origin": "https://evil.example"}, content="{}")
    assert answer.status_code == 403
    assert answer.json()["code"] == "cross_origin"
    assert client.get("/v1/jobs", headers={"Origin": "http://localhost"}).status_code == 200


def test_a_rebound_name_cannot_use_a_keyless_service(client):
    assert client.get("/v1/jobs", headers={"Host": "evil.example"}).status_code == 403


def test_with_a_key_origin_and_name_do_not_matter(client, key_of):
    headers = {"Origin": "https://lab.example", "Host": "facet.lab.example", **key_of()}
    assert client.get("/v1/jobs", headers=headers).status_code == 200


def test_the_use_of_a_key_is_noted(client, key_of):
    client.get("/v1/me", headers=key_of())
    assert client.get("/v1/keys").json()["data"][0]["last_used_at"] is not None
