import json
import subprocess
import sys

import pytest

from api.app import NoKeys, create_app, open_services, refuse_open_door
from api.counters import Counters
from api.settings import ApiSettings
from clustering.params import PARAMS
from models import keys, projects
from tests.source import ROOT

HEAVY = ("torch", "sklearn", "scipy", "pandas", "alembic", "matplotlib")


def test_serving_loads_no_engine_and_no_migration_tool():
    code = f"import sys, json, api.serve; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def services(storage, **settings):
    return open_services(ApiSettings(**settings), storage, Counters())


def test_an_open_bind_without_any_key_refuses_to_start(storage):
    opened = services(storage, host="0.0.0.0")
    with pytest.raises(NoKeys, match="facet admin keys create"):
        refuse_open_door(opened)


def test_an_open_bind_starts_once_somebody_has_a_key(storage):
    opened = services(storage, host="0.0.0.0")
    with opened.database.write() as session:
        keys.create(session, projects.by_name(session, "default").id, name="me", scopes=["admin"])
        session.commit()
    refuse_open_door(opened)


def test_the_command_says_why_it_refuses(storage):
    env = {
        "MODELS_DATABASE_URL": storage.database_url,
        "MODELS_STORE_URL": storage.store_url,
        "API_HOST": "0.0.0.0",
    }
    command = [sys.executable, "-m", "api"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "API_HOST=0.0.0.0 needs an API key" in done.stderr


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("lab", False),
    ],
)
def test_only_loopback_addresses_are_keyless(host, loopback):
    assert ApiSettings(host=host).keyless is loopback


def test_the_job_spec_is_a_discriminated_union_over_the_methods(client):
    document = client.get("/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    spec = document["components"]["schemas"]["JobCreate"]["properties"]["spec"]
    assert spec["discriminator"]["propertyName"] == "method"
    assert set(spec["discriminator"]["mapping"]) == set(PARAMS)
    assert len(spec["oneOf"]) == len(PARAMS)


def test_every_reference_of_the_document_leads_somewhere(client):
    document = client.get("/v1/openapi.json").json()
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) - known == set()


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def test_every_route_documents_its_refusals_as_problems(client):
    document = client.get("/v1/openapi.json").json()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            refused = {s: a for s, a in operation["responses"].items() if s.startswith(("4", "5"))}
            if path.startswith("/v1/") and path not in ("/v1/problems",):
                assert "401" in refused or path.startswith("/v1/problems"), path
            for status, answer in refused.items():
                if path != "/readyz":
                    assert list(answer["content"]) == ["application/problem+json"], (path, status)


def test_the_app_stops_with_somebody_still_following(client):
    client.portal.call(_follow, client.app)


async def _follow(app):
    async with app.state.services.tailer.follow("somebody"):
        pass


def test_an_app_can_be_made_twice():
    assert create_app() is not create_app()
